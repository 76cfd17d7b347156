package webtest

import (
	"fmt"
	"html"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// site is a very small newspaper, faultless until a test gives it a fault.
type site struct {
	fault func(w http.ResponseWriter, r *http.Request, page string) string

	mu       sync.Mutex
	comments []comment
}

type comment struct {
	token, text string
	public      bool
}

const page = `<!doctype html><html lang="en"><head><title>First story – The Test</title>
<link rel="stylesheet" href="/assets/site.css"><link rel="canonical" href="http://example.test/first/">
<script type="application/ld+json">{"@type":"NewsArticle"}</script></head>
<body id="top"><h1>First   story</h1><img src="/a.png" alt=""><ul><li>One<li>Two</ul>
<div id="comments">%s</div>
<form id="commentform" action="/reply" method="post"><input type="hidden" name="post" value="7">
<label for="comment">Comment</label><textarea id="comment" name="comment" aria-describedby="rules"></textarea>
<p id="rules">Be kind.</p><label><input type="checkbox" name="keep" checked> Remember me</label>
<select name="tone" aria-label="Tone"><option>calm<option value="x" selected>cross</select>
<button>Post</button></form><a class="up" href="#top">Top</a><a class="more" href="/first/?p=2">More</a></body></html>`

func (s *site) server() Server {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /first/", s.show)
	mux.HandleFunc("POST /reply", s.post)
	mux.HandleFunc("POST /echo", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		body := make([]byte, 1000)
		n, _ := r.Body.Read(body)
		fmt.Fprintf(
			w, "%s|%s|%s|%s|%s", r.Header.Get("Content-Type"), body[:n], r.Header.Get("Accept-Language"),
			r.Header.Get("Sec-Fetch-Site"), r.RemoteAddr,
		)
	})
	return Server{Handler: mux, Commands: map[string]func(...string) error{
		"decide": func(args ...string) error {
			s.mu.Lock()
			defer s.mu.Unlock()
			if !slices.Equal(args, []string{"approve", "1"}) || len(s.comments) == 0 {
				return fmt.Errorf("cannot decide %q", args)
			}
			s.comments[0].public = true
			return nil
		},
	}}
}

func (s *site) show(w http.ResponseWriter, r *http.Request) {
	var b strings.Builder
	token, _ := r.Cookie("token")
	s.mu.Lock()
	for i, c := range s.comments {
		own := token != nil && token.Value == c.token
		if c.public || own {
			fmt.Fprintf(&b, `<p class="comment" id="comment-%d">%s</p>`, i+1, html.EscapeString(c.text))
		}
		if own && !c.public {
			b.WriteString(`<em class="comment-awaiting-moderation">waiting</em>`)
		}
	}
	s.mu.Unlock()
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'self'")
	w.Header().Set("Cache-Control", "public, max-age=60")
	out := fmt.Sprintf(page, b.String())
	if s.fault != nil {
		out = s.fault(w, r, out)
	}
	fmt.Fprint(w, out)
}

func (s *site) post(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Content-Type-Options", "nosniff")
	if r.FormValue("post") != "7" || r.FormValue("keep") != "on" || r.FormValue("tone") != "x" || r.FormValue("comment") == "" {
		http.Error(w, "incomplete: "+r.Form.Encode(), http.StatusUnprocessableEntity)
		return
	}
	s.mu.Lock()
	s.comments = append(s.comments, comment{token: "t1", text: r.FormValue("comment")})
	s.mu.Unlock()
	http.SetCookie(w, &http.Cookie{Name: "token", Value: "t1", Path: "/"})
	http.Redirect(w, r, "/first/#comment-1", http.StatusSeeOther)
}
