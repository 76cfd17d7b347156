package views

import "time"

// LinkedData is a block of schema.org data, as JSON-LD.
type LinkedData interface{ linkedData() }

// NewsArticle is schema.org's NewsArticle.
type NewsArticle struct {
	Context       string       `json:"@context"`
	Type          string       `json:"@type"`
	Headline      string       `json:"headline"`
	Description   string       `json:"description,omitempty"`
	DatePublished time.Time    `json:"datePublished"`
	DateModified  time.Time    `json:"dateModified"`
	InLanguage    string       `json:"inLanguage"`
	Section       []string     `json:"articleSection,omitempty"`
	Image         []string     `json:"image,omitempty"`
	Author        []Person     `json:"author,omitempty"`
	Publisher     Organization `json:"publisher"`
	MainEntity    string       `json:"mainEntityOfPage"`
	CommentCount  int          `json:"commentCount"`
	Free          bool         `json:"isAccessibleForFree"`
}

// Person is schema.org's Person.
type Person struct {
	Type string `json:"@type"`
	Name string `json:"name"`
	URL  string `json:"url,omitempty"`
}

// Organization is schema.org's NewsMediaOrganization.
type Organization struct {
	Type string `json:"@type"`
	Name string `json:"name"`
	URL  string `json:"url"`
}

// BreadcrumbList is schema.org's BreadcrumbList.
type BreadcrumbList struct {
	Context string     `json:"@context"`
	Type    string     `json:"@type"`
	Items   []ListItem `json:"itemListElement"`
}

// ListItem is one step of a BreadcrumbList.
type ListItem struct {
	Type     string `json:"@type"`
	Position int    `json:"position"`
	Name     string `json:"name"`
	Item     string `json:"item"`
}

func (NewsArticle) linkedData()    {}
func (BreadcrumbList) linkedData() {}
