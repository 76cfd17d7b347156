package linkeddata

import "time"

// The structs of this file are schema.org's types of the same names, with the
// properties that search engines document and that the site can fill truthfully. A
// field without a value is left out. html/template writes them as JSON-LD, in which
// neither "</script>" nor a line separator can end the block.

// LinkedData is a block of schema.org data, as JSON-LD.
type LinkedData interface{ linkedData() }

// Context is the value of each block's "@context".
const Context = "https://schema.org"

// NewsArticle is an article.
type NewsArticle struct {
	Context       string              `json:"@context"`
	Type          string              `json:"@type"`
	Headline      string              `json:"headline"`
	Description   string              `json:"description,omitempty"`
	DatePublished time.Time           `json:"datePublished"`
	DateModified  time.Time           `json:"dateModified"`
	InLanguage    string              `json:"inLanguage"`
	Section       []string            `json:"articleSection,omitempty"`
	Keywords      []string            `json:"keywords,omitempty"`
	WordCount     int                 `json:"wordCount,omitempty"`
	Image         []ImageObject       `json:"image,omitempty"`
	Author        []Person            `json:"author,omitempty"`
	Translator    []Person            `json:"translator,omitempty"`
	Contributor   []Person            `json:"contributor,omitempty"`
	Publisher     Organization        `json:"publisher"`
	MainEntity    string              `json:"mainEntityOfPage"`
	Free          bool                `json:"isAccessibleForFree"`
	Correction    []CorrectionComment `json:"correction,omitempty"`
	CommentCount  int                 `json:"commentCount"`
	Comment       []LinkedComment     `json:"comment,omitempty"`
	Translation   []TranslationOfWork `json:"workTranslation,omitempty"`
}

// ImageObject is a picture with its size in pixels.
type ImageObject struct {
	Type    string `json:"@type"`
	URL     string `json:"url"`
	Width   int    `json:"width,omitempty"`
	Height  int    `json:"height,omitempty"`
	Caption string `json:"caption,omitempty"`
	Credit  string `json:"creditText,omitempty"`
}

// Person is an author, or the writer of a comment.
type Person struct {
	Type        string `json:"@type"`
	Name        string `json:"name"`
	URL         string `json:"url,omitempty"`
	Image       string `json:"image,omitempty"`
	JobTitle    string `json:"jobTitle,omitempty"`
	Description string `json:"description,omitempty"`
}

// Organization is the paper, a NewsMediaOrganization.
type Organization struct {
	Type        string       `json:"@type"`
	Name        string       `json:"name"`
	URL         string       `json:"url"`
	Logo        *ImageObject `json:"logo,omitempty"`
	Description string       `json:"description,omitempty"`
}

// CorrectionComment is a correction of an article.
type CorrectionComment struct {
	Type          string    `json:"@type"`
	Text          string    `json:"text"`
	DatePublished time.Time `json:"datePublished"`
}

// LinkedComment is a Comment with the answers to it.
type LinkedComment struct {
	Type        string          `json:"@type"`
	Author      Person          `json:"author"`
	DateCreated time.Time       `json:"dateCreated"`
	Text        string          `json:"text"`
	URL         string          `json:"url"`
	Comment     []LinkedComment `json:"comment,omitempty"`
}

// TranslationOfWork is the same article in another language.
type TranslationOfWork struct {
	Type       string `json:"@type"`
	URL        string `json:"url"`
	InLanguage string `json:"inLanguage"`
}

// BreadcrumbList is the way from the front page to a page.
type BreadcrumbList struct {
	Context string     `json:"@context"`
	Type    string     `json:"@type"`
	Items   []ListItem `json:"itemListElement"`
}

// ListItem is one step of a BreadcrumbList, or one entry of an ItemList. The last step
// of a BreadcrumbList is the page itself and has no address.
type ListItem struct {
	Type     string `json:"@type"`
	Position int    `json:"position"`
	Name     string `json:"name"`
	Item     string `json:"item,omitempty"`
	URL      string `json:"url,omitempty"`
}

// ItemList is a list of articles.
type ItemList struct {
	Type  string     `json:"@type"`
	Items []ListItem `json:"itemListElement"`
}

// WebSite is the site, on its front page.
type WebSite struct {
	Context     string       `json:"@context"`
	Type        string       `json:"@type"`
	Name        string       `json:"name"`
	URL         string       `json:"url"`
	Description string       `json:"description,omitempty"`
	InLanguage  string       `json:"inLanguage"`
	Publisher   Organization `json:"publisher"`
}

// CollectionPage is a list of articles: of a category, a tag or a period.
type CollectionPage struct {
	Context     string    `json:"@context"`
	Type        string    `json:"@type"`
	Name        string    `json:"name"`
	URL         string    `json:"url"`
	Description string    `json:"description,omitempty"`
	InLanguage  string    `json:"inLanguage"`
	MainEntity  *ItemList `json:"mainEntity,omitempty"`
}

// ProfilePage is the page of an author.
type ProfilePage struct {
	Context    string    `json:"@context"`
	Type       string    `json:"@type"`
	Name       string    `json:"name"`
	URL        string    `json:"url"`
	InLanguage string    `json:"inLanguage"`
	MainEntity Person    `json:"mainEntity"`
	HasPart    *ItemList `json:"hasPart,omitempty"`
}

func (NewsArticle) linkedData()    {}
func (BreadcrumbList) linkedData() {}
func (WebSite) linkedData()        {}
func (CollectionPage) linkedData() {}
func (ProfilePage) linkedData()    {}
