package rest

// Term is a category or a tag. Parent is nil for tags, Count and Description are nil
// in the context "embed".
type Term struct {
	ID          int64     `json:"id"`
	Count       *int      `json:"count,omitempty"`
	Description *string   `json:"description,omitempty"`
	Link        string    `json:"link"`
	Name        string    `json:"name"`
	Slug        string    `json:"slug"`
	Taxonomy    string    `json:"taxonomy"`
	Parent      *int64    `json:"parent,omitempty"`
	Meta        *[0]any   `json:"meta,omitempty"`
	Links       Links     `json:"_links,omitempty"`
	Embedded    *Embedded `json:"_embedded,omitempty"`
}

// Summary returns the part of a term that the context "embed" has.
func (t Term) Summary() Term {
	t.Count, t.Description, t.Parent, t.Meta, t.Embedded = nil, nil, nil, nil, nil
	return t
}

// User is an author. Only the account itself sees the fields from Username on.
type User struct {
	ID          int64   `json:"id"`
	Name        string  `json:"name"`
	URL         string  `json:"url"`
	Description string  `json:"description"`
	Link        string  `json:"link"`
	Slug        string  `json:"slug"`
	Meta        *[0]any `json:"meta,omitempty"`

	Username       string          `json:"username,omitempty"`
	Email          string          `json:"email,omitempty"`
	Nickname       string          `json:"nickname,omitempty"`
	Locale         string          `json:"locale,omitempty"`
	RegisteredDate string          `json:"registered_date,omitempty"`
	Roles          []string        `json:"roles,omitempty"`
	Capabilities   map[string]bool `json:"capabilities,omitempty"`

	Links Links `json:"_links,omitempty"`
}

// Summary returns the part of an author that the context "embed" has.
func (u User) Summary() User {
	u.Meta = nil
	return u
}
