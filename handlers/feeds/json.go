package feeds

// JSON Feed 1.1, https://www.jsonfeed.org/version/1.1/.

type jsonDocument struct {
	Version     string       `json:"version"`
	Title       string       `json:"title"`
	HomePage    string       `json:"home_page_url"`
	FeedURL     string       `json:"feed_url"`
	Description string       `json:"description,omitempty"`
	Language    string       `json:"language,omitempty"`
	Authors     []jsonAuthor `json:"authors,omitempty"`
	Hubs        []jsonHub    `json:"hubs,omitempty"`
	Items       []jsonItem   `json:"items"`
}

type jsonAuthor struct {
	Name string `json:"name"`
	URL  string `json:"url,omitempty"`
}

type jsonHub struct {
	Type string `json:"type"`
	URL  string `json:"url"`
}

type jsonItem struct {
	ID        string       `json:"id"`
	URL       string       `json:"url"`
	Title     string       `json:"title"`
	HTML      string       `json:"content_html,omitempty"`
	Text      string       `json:"content_text,omitempty"`
	Summary   string       `json:"summary,omitempty"`
	Image     string       `json:"image,omitempty"`
	Published string       `json:"date_published"`
	Modified  string       `json:"date_modified"`
	Authors   []jsonAuthor `json:"authors,omitempty"`
	Byline    *jsonByline  `json:"_byline,omitempty"`
	Tags      []string     `json:"tags,omitempty"`
	Language  string       `json:"language,omitempty"`
}

// jsonByline is an extension: JSON Feed knows authors only.
type jsonByline struct {
	Contributors []jsonContributor `json:"contributors"`
}

type jsonContributor struct {
	Name string `json:"name"`
	URL  string `json:"url,omitempty"`
	Role string `json:"role"`
}

func (f *Feed) json() jsonDocument {
	d := jsonDocument{
		Version: "https://jsonfeed.org/version/1.1", Title: f.Title, HomePage: f.Base + f.Page, FeedURL: f.Self(JSON),
		Description: f.Subtitle, Language: f.Language, Authors: []jsonAuthor{{f.Publisher, f.Base + "/"}}, Items: []jsonItem{},
	}
	if f.Hub != "" {
		d.Hubs = []jsonHub{{"WebSub", f.Hub}}
	}
	for n := range f.Items {
		d.Items = append(d.Items, f.Items[n].json())
	}
	return d
}

func (i *Item) json() jsonItem {
	item := jsonItem{
		ID: i.GUID, URL: i.URL, Title: i.Title, HTML: i.HTML, Summary: i.Summary, Published: rfc3339(i.Published),
		Modified: rfc3339(i.Updated), Tags: i.termNames(), Language: i.Language,
	}
	if item.HTML == "" { // every item needs one of the two
		item.Text = i.Summary
	}
	if item.HTML == "" && item.Text == "" {
		item.Text = i.Title
	}
	if i.Picture != nil {
		item.Image = i.Picture.URL
	}
	for _, a := range i.Authors {
		item.Authors = append(item.Authors, jsonAuthor(a))
	}
	for _, c := range i.Contributors {
		if item.Byline == nil {
			item.Byline = &jsonByline{}
		}
		item.Byline.Contributors = append(item.Byline.Contributors, jsonContributor{c.Name, c.URL, c.Role})
	}
	return item
}
