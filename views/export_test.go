package views

import "bytes"

// Interpreting returns the renderer with pages that html/template itself
// writes.
func (r *Renderer) Interpreting() *Renderer {
	slow := *r
	slow.pages = map[string]*page{}
	for name, p := range r.pages {
		slow.pages[name] = &page{p.templates, func(dst []byte, name string, data any) ([]byte, error) {
			b := bytes.NewBuffer(dst)
			err := p.templates.ExecuteTemplate(b, name, data)
			return b.Bytes(), err
		}}
	}
	return &slow
}
