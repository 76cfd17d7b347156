package rest

// Post is an article.
type Post struct {
	ID            int64     `json:"id"`
	Date          string    `json:"date"`
	DateGMT       string    `json:"date_gmt"`
	GUID          Rendered  `json:"guid"`
	Modified      string    `json:"modified"`
	ModifiedGMT   string    `json:"modified_gmt"`
	Slug          string    `json:"slug"`
	Status        string    `json:"status"`
	Type          string    `json:"type"`
	Link          string    `json:"link"`
	Title         Rendered  `json:"title"`
	Content       Protected `json:"content"`
	Excerpt       Protected `json:"excerpt"`
	Author        int64     `json:"author"`
	FeaturedMedia int64     `json:"featured_media"`
	CommentStatus string    `json:"comment_status"`
	PingStatus    string    `json:"ping_status"`
	Sticky        bool      `json:"sticky"`
	Template      string    `json:"template"`
	Format        string    `json:"format"`
	Meta          struct{}  `json:"meta"`
	Categories    []int64   `json:"categories"`
	Tags          []int64   `json:"tags"`
	ClassList     []string  `json:"class_list"`
	Coauthors     []int64   `json:"coauthors"` // all authors in their order; not a field of WordPress
	// CoauthorRoles has the roles of the authors, in the order of Coauthors; "" for those who
	// wrote.
	CoauthorRoles []string `json:"coauthor_roles"`
	// Only the context "edit" has the next three. No post has a password.
	Password          *string   `json:"password,omitempty"`
	PermalinkTemplate string    `json:"permalink_template,omitempty"`
	GeneratedSlug     string    `json:"generated_slug,omitempty"`
	Links             Links     `json:"_links,omitempty"`
	Embedded          *Embedded `json:"_embedded,omitempty"`
}

// Embedded are the entries that an entry links to.
type Embedded struct {
	Author    []User        `json:"author,omitempty"`
	Replies   [][]Comment   `json:"replies,omitempty"`
	Media     []Media       `json:"wp:featuredmedia,omitempty"`
	Terms     [][]Term      `json:"wp:term,omitempty"`
	Up        []any         `json:"up,omitempty"`
	InReplyTo []Comment     `json:"in-reply-to,omitempty"`
	Self      []PostSummary `json:"self,omitempty"`
}

// PostSummary is an article where another entry embeds it.
type PostSummary struct {
	ID            int64     `json:"id"`
	Date          string    `json:"date"`
	Slug          string    `json:"slug"`
	Type          string    `json:"type"`
	Link          string    `json:"link"`
	Title         Rendered  `json:"title"`
	Excerpt       Protected `json:"excerpt"`
	Author        int64     `json:"author"`
	FeaturedMedia int64     `json:"featured_media"`
	Links         Links     `json:"_links,omitempty"`
	Embedded      *Embedded `json:"_embedded,omitempty"`
}

// Summary returns the part of an article that the context "embed" has.
func (p *Post) Summary() PostSummary {
	return PostSummary{
		ID: p.ID, Date: p.Date, Slug: p.Slug, Type: p.Type, Link: p.Link, Title: p.Title, Excerpt: p.Excerpt, Author: p.Author,
		FeaturedMedia: p.FeaturedMedia, Links: p.Links, Embedded: p.Embedded,
	}
}
