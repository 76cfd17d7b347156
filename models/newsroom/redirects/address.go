package redirects

import (
	"net/url"
	"strings"
	"unicode/utf8"

	"broadsheet/models"
)

// The statuses of redirects.
const (
	Permanent = 301
	Temporary = 302
	Gone      = 410 // the page was removed; no target
)

// MaxAddress is the greatest length of an address, in bytes.
const MaxAddress = 2000

// Redirect is an address of the site that leads to another address.
type Redirect struct {
	Path      string // of the earlier page, percent-encoded, without a slash at the end
	Target    string // a path of this site, or an address on the web; "" for Gone
	Status    int
	ChangedAt models.Time
	Actor     string
	Hits      int         // how often readers have followed it
	UsedAt    models.Time // when Hits was last written, zero for never
}

// TableName names the table for GORM.
func (Redirect) TableName() string { return "redirects" }

// The codes of refused addresses, as keys of messages.
const (
	BadPath     = "redirect-path"     // no address of this site
	BadQuery    = "redirect-query"    // an earlier address with a query
	BadReserved = "redirect-reserved" // a part of the site itself
	BadTarget   = "redirect-target"   // the target is not an address
	BadOutside  = "redirect-outside"  // on another site, without the right to that
	BadStatus   = "redirect-status"   // an unknown status
	BadLoop     = "redirect-loop"     // leads back to itself
	BadTwice    = "redirect-twice"    // the file has another target for the same address
	BadLine     = "redirect-line"     // no redirect at all
	BadPattern  = "redirect-pattern"  // a rule with a pattern
	BadLong     = "redirect-long"     // too long
)

// Rules define which addresses are local, and which targets a redirect may have.
type Rules struct {
	Host    string // of this site, with its port
	Outside bool   // redirects may lead to other sites: the right of administrators
}

// path returns the stored form of the address of an earlier page, or the code of its fault.
func (r Rules) path(address string) (path, bad string) {
	local, bad := r.local(strings.TrimSpace(address))
	switch {
	case bad != "":
		return "", bad
	case local == "":
		return "", BadPath
	}
	path, query, _ := strings.Cut(local, "?")
	if query != "" {
		return "", BadQuery
	}
	path = strings.TrimRight(path, "/")
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	switch {
	case path == "":
		return "", BadReserved
	case first != models.OwnSegment && reserved(first):
		return "", BadReserved
	}
	return path, ""
}

// reserved reports whether addresses with a first part belong to the site itself, so that no
// redirect can apply. The addresses of sections, tags and authors may be redirected, because
// a section, tag or author may be gone.
func reserved(first string) bool {
	switch strings.ToLower(first) {
	case "category", "tag", "author":
		return false
	}
	return models.ReservedSegment(first)
}

// target returns the stored form of a target, or the code of its fault.
func (r Rules) target(address string) (target, bad string) {
	address = strings.TrimSpace(address)
	if local, bad := r.local(address); bad != "" || local != "" {
		return local, bad
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
		return "", BadTarget
	}
	if !r.Outside {
		return "", BadOutside
	}
	return u.String(), ""
}

// local returns an address of this site without its host and fragment, percent-encoded, and
// "" for an address of another site. A target loses its fragment, so that the browser keeps
// the fragment of the reader's address.
func (r Rules) local(address string) (local, bad string) {
	if len(address) > MaxAddress {
		return "", BadLong
	}
	if address == "" || !utf8.ValidString(address) || strings.ContainsAny(address, "\\\r\n\t\x00") {
		return "", BadTarget
	}
	u, err := url.Parse(address)
	if err != nil {
		return "", BadTarget
	}
	switch {
	case u.Host != "" || u.Scheme != "":
		own := strings.EqualFold(u.Host, r.Host) && u.Host != "" && u.User == nil
		if !own || u.Scheme != "http" && u.Scheme != "https" && u.Scheme != "" {
			return "", ""
		}
		if u.Path == "" {
			u.Path = "/"
		}
	case !strings.HasPrefix(u.Path, "/"):
		return "", ""
	}
	for strings.HasPrefix(u.Path, "//") { // a browser would take it for another site
		u.Path, u.RawPath = u.Path[1:], ""
	}
	local = u.EscapedPath()
	if u.RawQuery != "" {
		local += "?" + u.RawQuery
	}
	return local, ""
}

// pathOfTarget returns the path of a target in the form of [Redirect].Path, "" for a target
// outside of this site.
func pathOfTarget(target string) string {
	if !strings.HasPrefix(target, "/") {
		return ""
	}
	path, _, _ := strings.Cut(target, "?")
	return strings.TrimRight(path, "/")
}
