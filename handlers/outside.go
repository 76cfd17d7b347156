package handlers

import (
	"slices"

	"broadsheet/models/embeds"
	"broadsheet/views"
)

// presentOutside splits HTML at the addresses of known services on other sites.
func presentOutside(html string) (list []views.BodyPart) {
	for _, part := range embeds.Split(html) {
		shown := views.BodyPart{HTML: views.TrustRichtext(part.HTML)}
		if e := part.Embed; e != nil {
			shown.Outside = &views.Outside{
				Service: e.Service, Address: e.Address, Frame: e.Frame, Host: e.Host, Shape: e.Shape, Origin: e.Origin,
			}
		}
		list = append(list, shown)
	}
	return list
}

// allowFrames lets a page load frames from the hosts that its body names, and from no
// others. Pages without any keep the policy of all pages.
func (rd *reading) allowFrames(c *request, v *views.Article) error {
	var hosts []string
	for _, part := range v.Body {
		if part.Outside != nil {
			hosts = append(hosts, part.Outside.Host)
		}
	}
	if len(hosts) == 0 {
		return nil
	}
	slices.Sort(hosts)
	policy := rd.policy + "; frame-src"
	for _, host := range slices.Compact(hosts) {
		policy += " https://" + host
	}
	v.Frames = true
	c.Response().Header().Set("Content-Security-Policy", policy)
	return nil
}
