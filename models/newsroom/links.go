package newsroom

import (
	"context"

	"broadsheet/models/newsroom/permalink"
	"broadsheet/models/richtext"
)

// resolveLinks finds the links of a body that lead to articles of this site. It
// returns the HTML with their cards marked, and the rows of article_links.
func (s *Saver) resolveLinks(ctx context.Context, self int64, body richtext.Body) (string, []articleLink, error) {
	wanted := map[string]permalink.Ref{}
	for _, l := range body.Links {
		if h, ok := s.parseLink(l.Href); ok {
			wanted[l.Href] = h
		}
	}
	if len(wanted) == 0 {
		return body.HTML, nil, nil
	}
	found := map[string]int64{}
	for href, h := range wanted {
		id, err := articleID(ctx, s.tx, h)
		if err != nil {
			return "", nil, err
		}
		if id != 0 && id != self {
			found[href] = id
		}
	}
	html := richtext.MarkCards(body.HTML, func(href string) (int64, bool) {
		id, ok := found[href]
		return id, ok
	})
	seen := map[int64]int{}
	var links []articleLink
	for _, l := range body.Links {
		id, ok := found[l.Href]
		if !ok {
			continue
		}
		if i, again := seen[id]; again {
			links[i].Card = links[i].Card || l.Alone
			continue
		}
		seen[id] = len(links)
		links = append(links, articleLink{self, id, l.Alone})
	}
	return html, links, nil
}

// articleLink is a row of article_links.
type articleLink struct {
	ArticleID int64 `gorm:"primaryKey;autoIncrement:false"`
	TargetID  int64 `gorm:"primaryKey;autoIncrement:false"`
	Card      bool
}

func (articleLink) TableName() string { return "article_links" }
