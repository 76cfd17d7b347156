package views

import "encoding/xml"

// Embed is an article as a small page of its own, for a frame on another site.
type Embed struct {
	Page
	Article Teaser
	Image   string // address of the picture, "" for none
	Read    string // absolute address of the article
	// Code, where it is set, is all that is rendered.
	Code *EmbedCode
}

// EmbedCode is the HTML by which another site's page shows an article: a quotation with
// a link, and a frame with the [Embed] in place of it.
type EmbedCode struct {
	Title, URL, FrameURL string
	Width, Height        int
}

// RenderEmbedCode returns the code as HTML.
func RenderEmbedCode(r *Renderer, code EmbedCode) (string, error) {
	html, err := Render(r, EmbedPage, Embed{Code: &code})
	return string(html), err
}

// OEmbed is an answer of oEmbed 1.0 (oembed.com), of the type "rich", with the fields that
// WordPress gives. The names are the same in JSON and XML.
type OEmbed struct {
	XMLName         xml.Name `json:"-" xml:"oembed"`
	Version         string   `json:"version" xml:"version"`
	ProviderName    string   `json:"provider_name" xml:"provider_name"`
	ProviderURL     string   `json:"provider_url" xml:"provider_url"`
	AuthorName      string   `json:"author_name" xml:"author_name"`
	AuthorURL       string   `json:"author_url" xml:"author_url"`
	Title           string   `json:"title" xml:"title"`
	Type            string   `json:"type" xml:"type"`
	Width           int      `json:"width" xml:"width"`
	Height          int      `json:"height" xml:"height"`
	HTML            string   `json:"html" xml:"html"`
	Description     string   `json:"description,omitempty" xml:"description,omitempty"`
	ThumbnailURL    string   `json:"thumbnail_url" xml:"thumbnail_url"`
	ThumbnailWidth  int      `json:"thumbnail_width" xml:"thumbnail_width"`
	ThumbnailHeight int      `json:"thumbnail_height" xml:"thumbnail_height"`
}

// OEmbedError is WordPress's body of a refusal.
type OEmbedError struct {
	Code    string          `json:"code"`
	Message string          `json:"message"`
	Data    OEmbedErrorData `json:"data"`
}

// OEmbedErrorData has the status of a refusal, and the parameters that are missing.
type OEmbedErrorData struct {
	Status int      `json:"status"`
	Params []string `json:"params,omitempty"`
}
