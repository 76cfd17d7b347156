package rest

// Comment is a comment. Fields that are nil are missing in the context "embed".
// Addresses of mail and networks are no part of it.
type Comment struct {
	ID         int64    `json:"id"`
	Post       *int64   `json:"post,omitempty"`
	Parent     int64    `json:"parent"`
	Author     int64    `json:"author"` // always 0: accounts are not public
	AuthorName string   `json:"author_name"`
	AuthorURL  string   `json:"author_url"`
	Date       string   `json:"date"`
	DateGMT    string   `json:"date_gmt,omitempty"`
	Content    Rendered `json:"content"`
	Link       string   `json:"link"`
	// Only moderators see the next three, in the context "edit".
	AuthorEmail string    `json:"author_email,omitempty"`
	AuthorIP    string    `json:"author_ip,omitempty"`
	AuthorAgent string    `json:"author_user_agent,omitempty"`
	Status      string    `json:"status,omitempty"`
	Type        string    `json:"type"`
	Meta        *[0]any   `json:"meta,omitempty"`
	Links       Links     `json:"_links,omitempty"`
	Embedded    *Embedded `json:"_embedded,omitempty"`
}

// Summary returns the part of a comment that the context "embed" has.
func (c Comment) Summary() Comment {
	c.Post, c.DateGMT, c.Status, c.Meta, c.Embedded = nil, "", "", nil, nil
	return c
}

// Media is a picture.
type Media struct {
	ID            int64        `json:"id"`
	Date          string       `json:"date"`
	DateGMT       string       `json:"date_gmt,omitempty"`
	GUID          *Rendered    `json:"guid,omitempty"`
	Modified      string       `json:"modified,omitempty"`
	ModifiedGMT   string       `json:"modified_gmt,omitempty"`
	Slug          string       `json:"slug"`
	Status        string       `json:"status,omitempty"`
	Type          string       `json:"type"`
	Link          string       `json:"link"`
	Title         Rendered     `json:"title"`
	Author        int64        `json:"author"`
	FeaturedMedia int64        `json:"featured_media"`
	CommentStatus string       `json:"comment_status,omitempty"`
	PingStatus    string       `json:"ping_status,omitempty"`
	Template      *string      `json:"template,omitempty"`
	Meta          *[0]any      `json:"meta,omitempty"`
	Description   *Rendered    `json:"description,omitempty"`
	Caption       Rendered     `json:"caption"`
	AltText       string       `json:"alt_text"`
	MediaType     string       `json:"media_type"`
	MimeType      string       `json:"mime_type"`
	MediaDetails  MediaDetails `json:"media_details"`
	Post          *int64       `json:"post,omitempty"`
	SourceURL     string       `json:"source_url"`
	Links         Links        `json:"_links,omitempty"`
	Embedded      *Embedded    `json:"_embedded,omitempty"`
}

// Summary returns the part of a picture that the context "embed" has.
func (m Media) Summary() Media {
	m.DateGMT, m.GUID, m.Modified, m.ModifiedGMT, m.Status, m.CommentStatus, m.PingStatus = "", nil, "", "", "", "", ""
	m.Template, m.Meta, m.Description, m.Post, m.Embedded = nil, nil, nil, nil, nil
	return m
}

// MediaDetails are the sizes of a picture in pixels.
type MediaDetails struct {
	Width     int             `json:"width"`
	Height    int             `json:"height"`
	File      string          `json:"file"`
	Sizes     map[string]Size `json:"sizes"`
	ImageMeta ImageMeta       `json:"image_meta"`
}

// ImageMeta are the texts beside a picture.
type ImageMeta struct {
	Credit  string `json:"credit"`
	Caption string `json:"caption"`
}

// Size is a picture in one size.
type Size struct {
	File      string `json:"file"`
	Width     int    `json:"width"`
	Height    int    `json:"height"`
	MimeType  string `json:"mime_type"`
	SourceURL string `json:"source_url"`
}

// SearchResult is an article or a term that a search found.
type SearchResult struct {
	ID       int64     `json:"id"`
	Title    string    `json:"title"`
	URL      string    `json:"url"`
	Type     string    `json:"type"`
	Subtype  string    `json:"subtype"`
	Links    Links     `json:"_links,omitempty"`
	Embedded *Embedded `json:"_embedded,omitempty"`
}

// Labels are the names of a kind of entry for people.
type Labels struct {
	Name         string `json:"name"`
	SingularName string `json:"singular_name"`
}

// Type is a kind of entry: posts, pages or media. Labels, Supports and Viewable are nil but in
// the context "edit".
type Type struct {
	Description  string   `json:"description"`
	Hierarchical bool     `json:"hierarchical"`
	HasArchive   bool     `json:"has_archive"`
	Name         string   `json:"name"`
	Slug         string   `json:"slug"`
	Taxonomies   []string `json:"taxonomies"`
	RestBase     string   `json:"rest_base"`
	Namespace    string   `json:"rest_namespace"`

	Labels   *Labels         `json:"labels,omitempty"`
	Supports map[string]bool `json:"supports,omitempty"`
	Viewable *bool           `json:"viewable,omitempty"`

	Links Links `json:"_links,omitempty"`
}

// Taxonomy is categories or tags. Labels is nil but in the context "edit".
type Taxonomy struct {
	Name         string   `json:"name"`
	Slug         string   `json:"slug"`
	Description  string   `json:"description"`
	Types        []string `json:"types"`
	Hierarchical bool     `json:"hierarchical"`
	RestBase     string   `json:"rest_base"`
	Namespace    string   `json:"rest_namespace"`
	Labels       *Labels  `json:"labels,omitempty"`
	Links        Links    `json:"_links,omitempty"`
}

// Status is a status of entries. Visitors see one.
type Status struct {
	Name         string `json:"name"`
	Public       bool   `json:"public"`
	Queryable    bool   `json:"queryable"`
	Slug         string `json:"slug"`
	DateFloating bool   `json:"date_floating"`
	Links        Links  `json:"_links,omitempty"`
}

// Index is the answer of the address that clients discover.
type Index struct {
	Name           string           `json:"name"`
	Description    string           `json:"description"`
	URL            string           `json:"url"`
	Home           string           `json:"home"`
	GMTOffset      float64          `json:"gmt_offset"`
	TimezoneString string           `json:"timezone_string"`
	Namespaces     []string         `json:"namespaces"`
	Authentication Authentication   `json:"authentication"`
	Routes         map[string]Route `json:"routes"`
	SiteLogo       int64            `json:"site_logo"`
	SiteIcon       int64            `json:"site_icon"`
	Links          Links            `json:"_links,omitempty"`
}

// Authentication says how programs sign in.
type Authentication struct {
	AppPasswords AppPasswords `json:"application-passwords"`
}

// AppPasswords has the addresses of application passwords.
type AppPasswords struct {
	Endpoints struct {
		Authorization string `json:"authorization"` // a page on which a person makes one
	} `json:"endpoints"`
}

// Settings are the settings of the site, for administrators.
type Settings struct {
	Title                string `json:"title"`
	Description          string `json:"description"`
	URL                  string `json:"url"`
	Timezone             string `json:"timezone"`
	DateFormat           string `json:"date_format"`
	TimeFormat           string `json:"time_format"`
	StartOfWeek          int    `json:"start_of_week"`
	Language             string `json:"language"`
	DefaultCategory      int64  `json:"default_category"`
	DefaultPostFormat    string `json:"default_post_format"`
	PostsPerPage         int    `json:"posts_per_page,omitempty"`
	DefaultPingStatus    string `json:"default_ping_status"`
	DefaultCommentStatus string `json:"default_comment_status"`
}

// Namespace is the index of one namespace.
type Namespace struct {
	Namespace string           `json:"namespace"`
	Routes    map[string]Route `json:"routes"`
	Links     Links            `json:"_links,omitempty"`
}

// Route describes an address.
type Route struct {
	Namespace string            `json:"namespace"`
	Methods   []string          `json:"methods"`
	Endpoints []Endpoint        `json:"endpoints"`
	Schema    *Schema           `json:"schema,omitempty"` // of the entries, where a client asks for it
	Links     map[string][]Link `json:"_links,omitempty"`
}

// Endpoint describes a method of an address. Args are the parameters by name.
type Endpoint struct {
	Methods []string `json:"methods"`
	Args    any      `json:"args"`
}
