package views

import "bytes"

// Interpreting returns the renderer with pages that html/template itself
// writes.
func (r *Renderer) Interpreting() *Renderer {
	slow := *r
	slow.pages = map[string]*page{}
	for name, p := range r.pages {
		slow.pages[name] = &page{p.pageSource, func(dst []byte, name string, data any) ([]byte, error) {
			t, err := p.parse()
			if err != nil {
				return dst, err
			}
			b := bytes.NewBuffer(dst)
			err = t.ExecuteTemplate(b, name, data)
			return b.Bytes(), err
		}}
	}
	return &slow
}
