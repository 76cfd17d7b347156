package moderation

import (
	"context"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/spam"
)

// Card is a comment of a queue, with those that say nearly the same and stand
// behind it: one decision takes them all.
type Card struct {
	discussion.Comment
	Alike []discussion.Seen
}

// Limits of folding.
const (
	// MostAlike is how many comments are folded under one.
	MostAlike = 200
	// mostRounds bounds how far is read on when most of a page is folded away.
	mostRounds = 5
)

// Page is what is dealt out at once.
type Page struct {
	Cards []Card
	// Next is the comment behind which more can be had, 0 if there is no more.
	Next int64
}

// Deal returns the next comments of a queue: of those that wait the oldest, of
// all others the newest. What waits or is spam and says nearly the same as an
// earlier comment of the queue is folded under that.
func Deal(ctx context.Context, r models.Reader, f Filter) (Page, error) {
	var page Page
	var after *discussion.Comment
	if f.After != 0 {
		var err error
		if after, err = discussion.ByID(ctx, r, f.After); err != nil {
			return page, err
		}
	}
	for range mostRounds {
		list, end, err := f.list(ctx, r, after, PageSize)
		if err != nil {
			return page, err
		}
		cards, err := f.fold(ctx, r, list)
		if err != nil {
			return page, err
		}
		page.Cards = append(page.Cards, cards...)
		if page.Next = 0; end == nil {
			break
		}
		after, page.Next = end, end.ID
		if len(page.Cards) >= PageSize/2 {
			break
		}
	}
	return page, nil
}

// folds reports whether look-alikes of the queue are folded.
func (f Filter) folds() bool { return f.Queue == Held || f.Queue == Spam }

// fold puts look-alikes under the first of them, and leaves out what is folded
// under one of an earlier page.
func (f Filter) fold(ctx context.Context, r models.Reader, list []discussion.Comment) ([]Card, error) {
	cards := make([]Card, 0, len(list))
	var halves []int64
	for _, c := range list {
		if c.SimilarA != nil && f.folds() {
			halves = append(halves, *c.SimilarA, *c.SimilarB)
		}
	}
	candidates, err := f.candidates(ctx, r, halves)
	if err != nil {
		return nil, err
	}
	folded := map[int64]bool{}
	var pairs spam.Memo
	for i := range list {
		card := Card{Comment: list[i]}
		if folded[card.ID] {
			continue
		}
		earlier := false
		for j := range candidates {
			other := &candidates[j]
			if other.ID == card.ID || folded[other.ID] || !meet(&card.Comment, other) || pairs.Of(card.Text).Similarity(pairs.Of(other.Text)) < spam.NearlyTheSame {
				continue
			}
			if f.compare(other, &card.Comment) < 0 {
				earlier = true
				break
			}
			card.Alike = append(card.Alike, discussion.Seen{ID: other.ID, Version: other.Version})
		}
		if earlier {
			continue
		}
		for _, seen := range card.Alike {
			folded[seen.ID] = true
		}
		cards = append(cards, card)
	}
	return cards, nil
}

// meet reports whether two fingerprints have a half in common.
func meet(a, b *discussion.Comment) bool {
	return a.SimilarA != nil && b.SimilarA != nil && (*a.SimilarA == *b.SimilarA || *a.SimilarB == *b.SimilarB)
}

// candidates are the queue's comments that share a half of a fingerprint with
// one of the page.
func (f Filter) candidates(ctx context.Context, r models.Reader, halves []int64) ([]discussion.Comment, error) {
	var found []discussion.Comment
	if len(halves) == 0 {
		return nil, nil
	}
	d, order := r.Dialect(), "created_at DESC"
	if f.OldestFirst() {
		order = "created_at"
	}
	near := r.Query(ctx).Raw("SELECT id FROM (SELECT id FROM comments"+d.By("comments_similar_a")+" WHERE similar_a IN ? AND state = ? ORDER BY "+order+" LIMIT ?) a"+
		" UNION SELECT id FROM (SELECT id FROM comments"+d.By("comments_similar_b")+" WHERE similar_b IN ? AND state = ? ORDER BY "+order+" LIMIT ?) b",
		halves, string(f.Queue), MostAlike, halves, string(f.Queue), MostAlike)
	q := f.narrow(r, r.Query(ctx).Model(&discussion.Comment{}), "").Where("id IN (?)", near)
	return found, q.Select("id", "version", "created_at", "similar_a", "similar_b", "text").Order("created_at, id").Find(&found).Error
}
