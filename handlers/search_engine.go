package handlers

import (
	"context"

	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/search"
)

// foundArticles are the articles of one page of a search.
type foundArticles struct {
	Hits        []foundArticle
	Last, Total int
	AtLeast     bool
	Nearest     []string
}

type foundArticle struct {
	newsroom.Teaser
	Title, Snippet []foundPart
}

type foundPart struct {
	Text string
	Mark bool
}

// searchResults is the number of articles that a search shows.
const searchResults = 50

func (rd *reading) find(ctx context.Context, _ *newsroom.Site, w *wanted) (*foundArticles, error) {
	found := &foundArticles{Last: 1}
	if w.number > 1 {
		return found, nil
	}
	teasers, err := search.ByTitle(ctx, rd.db, w.words, searchResults)
	for _, t := range teasers {
		found.Hits = append(found.Hits, foundArticle{Teaser: t})
	}
	found.Total = len(teasers)
	return found, err
}
