package public

import "testing"

func TestMinify(t *testing.T) {
	t.Parallel()
	for css, want := range map[string]string{
		"":                                   "",
		"/* one */ a { color: red; } /* two": "a{color:red}",
		"a:hover > b , c  d {\n  margin: 0 0.5rem -0.5rem 10.5px;\n}\n": "a:hover>b,c d{margin:0 .5rem -0.5rem 10.5px}",
		".a :is(b, c), .d:not( e ) { inset: 0 }":                        ".a :is(b,c),.d:not(e){inset:0}",
		"a { font-size: clamp(0.8rem, 1rem + 0.2vw, calc(2 * 1rem)) }":  "a{font-size:clamp(.8rem,1rem + .2vw,calc(2 * 1rem))}",
		"@media (min-width: 40rem) and (color) { a { b: c; } }":         "@media (min-width:40rem) and (color){a{b:c}}",
		`a::after { content: " /* ; } (" attr(href) ')'; }`:             `a::after{content:" /* ; } (" attr(href) ')'}`,
		`a { content: "\" }  x"; }`:                                     `a{content:"\" }  x"}`,
		"li + li, * > * + * { margin: 1px }":                            "li + li,*>* + *{margin:1px}",
		"a{b:c}/**/d e/* x */f{}":                                       "a{b:c}d e f{}",
		`a { content: "open`:                                            `a{content:"open`,
	} {
		if got := minify(css); got != want {
			t.Errorf("%s\n got %s\nwant %s", css, got, want)
		}
	}
}
