package compiled

import (
	"bytes"
	"fmt"
	"html/template"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"text/template/parse"
)

// place is a context of a value in a page. It has the functions that html/template
// uses there, and a template to execute them.
type place struct {
	chain          string
	template       *template.Template
	before, behind string
	plain          func(dst []byte, s string) ([]byte, bool) // the fast path for texts; it returns false if it does not apply
}

// places are the contexts in our templates, each with an example. The names of the
// functions come from html/template itself, which escapes the examples.
var places = examples(map[string]func([]byte, string) ([]byte, bool){
	`<p>|</p>`:                  appendEscaped,
	`<title>|</title>`:          appendEscaped,
	`<p title="|"></p>`:         appendEscaped,
	`<a href="|"></a>`:          appendAddress,
	`<a href="/a?b=|"></a>`:     nil,
	`<a href="/a/|"></a>`:       nil,
	`<img srcset="|">`:          nil,
	`<script>|</script>`:        nil,
	`<style>|</style>`:          nil,
	`<style>p{color:|}</style>`: nil,
})

func examples(all map[string]func([]byte, string) ([]byte, bool)) map[string]*place {
	byChain := map[string]*place{}
	for example, plain := range all {
		before, behind, _ := strings.Cut(example, "|")
		t := template.Must(template.New("").Parse(before + "{{.}}" + behind))
		t.Execute(new(bytes.Buffer), "") // which escapes it
		p := &place{template: t, before: before, behind: behind, plain: plain}
		for _, n := range t.Tree.Root.Nodes {
			if action, ok := n.(*parse.ActionNode); ok {
				var names []string
				for _, cmd := range action.Pipe.Cmds[1:] {
					names = append(names, strings.TrimPrefix(cmd.String(), escaping))
				}
				p.chain = strings.Join(names, " ")
			}
		}
		byChain[p.chain] = p
	}
	return byChain
}

// appendValue has html/template write a value.
func (p *place) appendValue(dst []byte, v any) ([]byte, error) {
	var b bytes.Buffer
	if err := p.template.Execute(&b, v); err != nil {
		return dst, err
	}
	written := bytes.TrimSuffix(bytes.TrimPrefix(b.Bytes(), []byte(p.before)), []byte(p.behind))
	return append(dst, written...), nil
}

// marked are the types of values that are safe in some context.
var marked = []reflect.Type{
	reflect.TypeFor[template.HTML](), reflect.TypeFor[template.HTMLAttr](), reflect.TypeFor[template.JS](),
	reflect.TypeFor[template.JSStr](),
	reflect.TypeFor[template.CSS](), reflect.TypeFor[template.URL](), reflect.TypeFor[template.Srcset](),
}

// own reports whether a type controls its own output.
func own(typ reflect.Type) bool {
	return slices.Contains(marked, typ) || typ.Implements(reflect.TypeFor[fmt.Stringer]()) || typ.Implements(reflect.TypeFor[error]())
}

// writer compiles escaping and writing a value.
func (c *compiler) writer(x expr, chain string) (node, error) {
	p := places[chain]
	if p == nil {
		return nil, fmt.Errorf("no example goes through %q", chain)
	}
	slow := func(r *run, dot reflect.Value) {
		var value any
		if v := x.value(r, dot); v.IsValid() {
			value = v.Interface()
		}
		var err error
		if r.out, err = p.appendValue(r.out, value); err != nil {
			fail(err)
		}
	}
	switch {
	case x.typ == reflect.TypeFor[template.HTML]() && chain == "htmlescaper",
		x.typ == reflect.TypeFor[template.CSS]() && chain == "cssvaluefilter":
		return func(r *run, dot reflect.Value) { r.out = append(r.out, x.text(r, dot)...) }, nil
	case x.typ == nil || p.plain == nil || own(x.typ):
		return slow, nil
	case x.typ.Kind() == reflect.String:
		return func(r *run, dot reflect.Value) {
			out, ok := p.plain(r.out, x.text(r, dot))
			if r.out = out; !ok {
				slow(r, dot)
			}
		}, nil
	case x.typ.Kind() >= reflect.Int && x.typ.Kind() <= reflect.Int64:
		return func(r *run, dot reflect.Value) { r.out = strconv.AppendInt(r.out, x.value(r, dot).Int(), 10) }, nil
	default:
		return slow, nil
	}
}

// appendEscaped appends a text between tags or in a quoted attribute, as
// html/template does: special characters and the plus sign become references, NUL
// becomes the replacement character.
func appendEscaped(dst []byte, s string) ([]byte, bool) {
	done := 0
	for i := range len(s) {
		var ref string
		switch s[i] {
		case '"':
			ref = "&#34;"
		case '&':
			ref = "&amp;"
		case '\'':
			ref = "&#39;"
		case '+':
			ref = "&#43;"
		case '<':
			ref = "&lt;"
		case '>':
			ref = "&gt;"
		case 0:
			ref = "\uFFFD"
		default:
			continue
		}
		dst = append(append(dst, s[done:i]...), ref...)
		done = i + 1
	}
	return append(dst, s[done:]...), true
}

// appendAddress appends an address for a quoted attribute if it needs no escaping:
// it is on this site or at http or https, and has only letters, digits and common
// marks. It returns false for all others.
func appendAddress(dst []byte, s string) ([]byte, bool) {
	if !strings.HasPrefix(s, "/") && !strings.HasPrefix(s, "https://") && !strings.HasPrefix(s, "http://") {
		return dst, false
	}
	for i := range len(s) {
		if !simple[s[i]] {
			return dst, false
		}
	}
	return append(dst, s...), true
}

// simple are the bytes of an address that no function changes.
var simple = func() (set [256]bool) {
	for _, b := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/?#=:@,;") {
		set[b] = true
	}
	return set
}()
