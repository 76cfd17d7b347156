package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httputil"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"broadsheet/models/modeltest"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets the test binary play the part of broadsheet when a script
// starts it, so that nothing needs building first.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"broadsheet": main})
}

// TestCommands runs the scripts in testdata, each in an empty directory of
// its own. Beside testscript's commands they know:
//
//	serve [NAME=VALUE ...] [ARGUMENTS]   start "broadsheet serve" in the background on a
//	                                     free port of this machine and set $URL
//	stop                                 end it as Ctrl-C would; it must leave in peace
//	[!] http METHOD PATH                 ask it, without following redirects; the answer
//	                                     goes to the file "answer", status line first;
//	                                     ! wants a status of 400 or more
//	genrows BYTES FILE                   write rows of articles, good and bad, one of them
//	                                     with a body of so many bytes
//	[!] firstlink NAME                   set $NAME to the path of the link that makes the
//	                                     first administrator; ! wants none printed
//	demosignins FILE                     write the sign-ins that the demo printed, one a line
//	signin FILE                          sign in with each of them
//	sql FILE STATEMENT                   change a SQLite database behind the program's back
//
// The site ends with its script.
func TestCommands(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			env.Values[siteKey{}] = &site{env: slices.Clone(env.Vars)}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"serve": serveCommand,
			"stop":  stopCommand,
			"http":  httpCommand,

			"firstlink":   firstLinkCommand,
			"demosignins": demoSignInsCommand,
			"signin":      signInCommand,

			"genrows": genRowsCommand,
			"sql":     sqlCommand,
		},
	})
}

// patience is how long anything may take before a test gives up on it: far
// longer than needed, so that a busy machine fails no test.
const patience = time.Minute

// site is a server that runs beside a test.
type site struct {
	env   []string
	cmd   *exec.Cmd
	log   *watchedLog
	ended chan error
	url   string
}

type siteKey struct{}

// start runs the server and returns once it listens.
func (s *site) start(dir string, binary string, args ...string) error {
	return s.run(dir, binary, append([]string{"serve", "--addr", "127.0.0.1:0"}, args...)...)
}

// run runs a command that serves and returns once it listens.
func (s *site) run(dir string, binary string, args ...string) error {
	s.log = &watchedLog{wanted: regexp.MustCompile(`listening on (https?://[^\s"]+)`), found: make(chan string, 1)}
	s.ended = make(chan error, 1)
	s.cmd = exec.Command(binary, args...)
	s.cmd.Dir, s.cmd.Env, s.cmd.Stdout, s.cmd.Stderr = dir, s.env, s.log, s.log
	if err := s.cmd.Start(); err != nil {
		return err
	}
	go func() { s.ended <- s.cmd.Wait() }()
	select {
	case s.url = <-s.log.found:
		return nil
	case err := <-s.ended:
		return fmt.Errorf("it ended before it listened: %w\n%s", err, s.log)
	case <-time.After(patience):
		s.kill()
		return fmt.Errorf("it does not say that it listens:\n%s", s.log)
	}
}

// stop asks the server to end and waits until it has.
func (s *site) stop() error {
	if err := s.cmd.Process.Signal(os.Interrupt); err != nil {
		return err
	}
	select {
	case err := <-s.ended:
		s.url = ""
		if err != nil {
			return fmt.Errorf("%w\n%s", err, s.log)
		}
		return nil
	case <-time.After(patience):
		s.kill()
		return fmt.Errorf("it does not stop:\n%s", s.log)
	}
}

func (s *site) kill() { _ = s.cmd.Process.Kill() } // it may be gone already

// watchedLog stores the output of a program and sends the line that matches.
type watchedLog struct {
	wanted *regexp.Regexp
	found  chan string

	mu   sync.Mutex
	text strings.Builder
	sent bool
}

func (l *watchedLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text.Write(p)
	// Only whole lines: half an address would match, too.
	text := l.text.String()
	text = text[:strings.LastIndexByte(text, '\n')+1]
	if m := l.wanted.FindStringSubmatch(text); m != nil && !l.sent {
		l.sent = true
		l.found <- m[1]
	}
	return len(p), nil
}

func (l *watchedLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func serveCommand(ts *testscript.TestScript, neg bool, args []string) {
	s := ts.Value(siteKey{}).(*site)
	switch {
	case neg:
		ts.Fatalf("serve waits until it listens; for a refusal write ! exec broadsheet serve")
	case s.url != "":
		ts.Fatalf("the site is already served")
	}
	binary, err := exec.LookPath("broadsheet")
	ts.Check(err)
	for len(args) > 0 && strings.Contains(args[0], "=") && !strings.HasPrefix(args[0], "-") {
		s.env, args = append(s.env, args[0]), args[1:]
	}
	ts.Check(s.start(ts.MkAbs("."), binary, args...))
	ts.Defer(s.kill)
	ts.Setenv("URL", s.url)
	ts.Setenv("ADDR", strings.Trim(strings.TrimPrefix(s.url, "http://"), "/"))
}

func stopCommand(ts *testscript.TestScript, neg bool, args []string) {
	s := ts.Value(siteKey{}).(*site)
	if neg || len(args) > 0 || s.url == "" {
		ts.Fatalf("stop ends the site that serve started, and takes no arguments")
	}
	ts.Check(s.stop())
	ts.Logf("%s", s.log)
}

func httpCommand(ts *testscript.TestScript, neg bool, args []string) {
	s := ts.Value(siteKey{}).(*site)
	if len(args) != 2 || s.url == "" {
		ts.Fatalf("usage, after serve: http METHOD PATH")
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, args[0], strings.TrimSuffix(s.url, "/")+args[1], nil)
	ts.Check(err)
	answer, err := http.DefaultTransport.RoundTrip(r)
	ts.Check(err)
	defer answer.Body.Close()
	raw, err := httputil.DumpResponse(answer, true)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs("answer"), raw, 0o644))
	if refused := answer.StatusCode >= 400; refused != neg {
		ts.Fatalf("%s %s answered %s", args[0], args[1], answer.Status)
	}
}

// genRowsCommand writes files that do not fit into a script: bytes that are
// not text, and very large ones.
func genRowsCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: genrows BYTES FILE")
	}
	size, err := strconv.Atoi(args[0])
	ts.Check(err)
	rows := []string{
		`{"id":"1","title":"A good one","body":"the first text","categories":["World/Asia"],"date":"2024-05-06"}`,
		`{"id":"2","title":`,
		`{"id":"3","body":"no title"}`,
		`{"title":"no id","body":"x"}`,
		`{"id":"5","title":"No such day","body":"x","date":"2024-13-45"}`,
		`{"id":"6","title":"<script>alert(1)</script>Evil <b>title</b>","body":"<script>alert(2)</script><p onclick=alert(3)>Still here</p>",` +
			`"body_format":"html","authors":["<script>alert(4)</script>Mallory"],"tags":["<img src=x onerror=alert(5)>tag"],` +
			`"categories":["<script>alert(6)</script>Odd"],"date":"2024-05-08"}`,
		`{"id":"7","title":"A good one","body":"another with the same title","date":"2024-05-07"}`,
		`[]`,
		`{"id":"9","title":5}`,
		"{\"id\":\"10\",\"title\":\"Bad \xff\xfe bytes\",\"body\":\"x\"}",
		`{"id":"11","title":"Too long","body":"` + strings.Repeat("word ", size/5) + `"}`,
		`{"id":"12","title":"The last one","body":"x","date":"2024-05-09"}`,
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(strings.Join(rows, "\n")+"\n"), 0o644))
}

func sqlCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: sql FILE STATEMENT")
	}
	ts.Check(modeltest.ExecSQLite(ts.MkAbs(args[0]), args[1]))
}
