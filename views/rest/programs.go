package rest

// AppPassword is an application password of an account.
type AppPassword struct {
	UUID     string  `json:"uuid"`
	AppID    string  `json:"app_id"`
	Name     string  `json:"name"`
	Created  string  `json:"created"`
	LastUsed *string `json:"last_used"`
	LastIP   *string `json:"last_ip"`            // the network of the last use
	Password string  `json:"password,omitempty"` // a new one, shown this once
	Links    Links   `json:"_links,omitempty"`
}

// DeletedAll is the answer about entries that were deleted together.
type DeletedAll struct {
	Deleted bool `json:"deleted"`
	Count   int  `json:"count"`
}

// Revision is a version of an article.
type Revision struct {
	Author      int64    `json:"author"` // 0 where its author has no page
	Date        string   `json:"date"`
	DateGMT     string   `json:"date_gmt"`
	ID          int64    `json:"id"`
	Modified    string   `json:"modified"`
	ModifiedGMT string   `json:"modified_gmt"`
	Parent      int64    `json:"parent"`
	Slug        string   `json:"slug"`
	GUID        Rendered `json:"guid"`
	Title       Rendered `json:"title"`
	Content     Rendered `json:"content"`
	Excerpt     Rendered `json:"excerpt"`
	Links       Links    `json:"_links,omitempty"`
}
