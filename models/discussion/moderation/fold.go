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
	Alike []discussion.Versioned
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

// NextPage returns the next comments of a queue: of those that wait the oldest, of
// all others the newest. What waits or is spam and says nearly the same as an
// earlier comment of the queue is folded under that.
func NextPage(ctx context.Context, r models.Queryer, f Filter) (Page, error) {
	var page Page
	var after *discussion.Comment
	if err := f.likes(ctx, r); err != nil {
		return page, err
	}
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
	if page.Next != 0 {
		more, err := f.more(ctx, r, after)
		if err != nil {
			return page, err
		}
		if !more {
			page.Next = 0
		}
	}
	return page, nil
}

// more reports whether the queue has another card behind a comment: one that
// is not folded under an earlier one. It gives up after some rounds and
// supposes that there is one.
func (f Filter) more(ctx context.Context, r models.Queryer, after *discussion.Comment) (bool, error) {
	limit := 1
	for range mostRounds {
		list, end, err := f.list(ctx, r, after, limit)
		if err != nil {
			return false, err
		}
		cards, err := f.fold(ctx, r, list)
		if err != nil || len(cards) > 0 || end == nil {
			return len(cards) > 0, err
		}
		after, limit = end, PageSize
	}
	return true, nil
}

// likes finds the comments that look like the comment Like: at most [MostAlike]
// by each half of the fingerprint.
func (f *Filter) likes(ctx context.Context, r models.Queryer) error {
	if f.Like == 0 || f.only != nil {
		return nil
	}
	c, err := discussion.ByID(ctx, r, f.Like)
	if models.KindOf(err) == models.NotFound {
		f.only = []int64{0}
		return nil
	}
	if err != nil {
		return err
	}
	near, err := nearly(ctx, r, c, "")
	f.only = []int64{c.ID}
	for _, other := range near {
		f.only = append(f.only, other.ID)
	}
	return err
}

// nearly returns the other comments that say nearly the same as c: their number
// and state. order is that of the newest or, with "", of the oldest first, as
// far as there are more than [MostAlike].
func nearly(ctx context.Context, r models.Queryer, c *discussion.Comment, order string) ([]discussion.Comment, error) {
	if c.SimilarA == nil {
		return nil, nil
	}
	d := r.Dialect()
	var rows []discussion.Comment
	err := r.Query(ctx).Raw(`SELECT id, state, text FROM comments WHERE id <> ? AND id IN (
			SELECT id FROM (SELECT id FROM comments`+d.By("comments_similar_a")+` WHERE similar_a = ? ORDER BY created_at `+order+` LIMIT ?) a
			UNION SELECT id FROM (SELECT id FROM comments`+d.By("comments_similar_b")+` WHERE similar_b = ? ORDER BY created_at `+order+` LIMIT ?) b)`,
		c.ID, *c.SimilarA, MostAlike, *c.SimilarB, MostAlike).Scan(&rows).Error
	pairs := spam.PairsOf(c.Text)
	near := rows[:0]
	for _, other := range rows {
		if pairs.Similarity(spam.PairsOf(other.Text)) >= spam.NearlyTheSame {
			near = append(near, other)
		}
	}
	return near, err
}

// folds reports whether look-alikes of the queue are folded. A list of
// look-alikes shows each of them.
func (f Filter) folds() bool { return f.Like == 0 && (f.Queue == Held || f.Queue == Spam) }

// fold puts look-alikes under the first of them, and leaves out what is folded
// under one of an earlier page.
func (f Filter) fold(ctx context.Context, r models.Queryer, list []discussion.Comment) ([]Card, error) {
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
			card.Alike = append(card.Alike, discussion.Versioned{ID: other.ID, Version: other.Version})
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
func (f Filter) candidates(ctx context.Context, r models.Queryer, halves []int64) ([]discussion.Comment, error) {
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
