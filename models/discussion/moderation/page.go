package moderation

import (
	"context"
	"regexp"
	"slices"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/spam"
)

// Card is a comment of a queue with its near-duplicates. One decision applies to
// all of them.
type Card struct {
	discussion.Comment
	Alike []discussion.Versioned // the near-duplicates
	// Folded are the first MostFolded of them, with what a list of them shows.
	Folded []discussion.Comment
}

// addressDetail matches the detail of a reason that quotes an address of the
// commenter, or the words of a ban.
var addressDetail = regexp.MustCompile(`^ban |in the (email|address|browser)$`)

// WithoutAddresses returns copies of cards without the email, the network address and
// the browser of the commenter, also in the details of the reasons. Authors see them.
func WithoutAddresses(list []Card) []Card {
	list = slices.Clone(list)
	for i := range list {
		c := &list[i].Comment
		c.Email, c.Verified, c.IP, c.Network, c.Agent = "", false, "", "", ""
		c.Reasons = slices.Clone(c.Reasons)
		for n := range c.Reasons {
			if addressDetail.MatchString(c.Reasons[n].Detail) {
				c.Reasons[n].Detail = ""
			}
		}
	}
	return list
}

// Limits of grouping.
const (
	// MostAlike is the number of near-duplicates that are looked up by each half of
	// a fingerprint.
	MostAlike = 200
	// MostFolded is the number of near-duplicates that a card lists.
	MostFolded = 30
	// mostRounds is the number of batches that are read for a page when most of
	// their comments belong to earlier cards.
	mostRounds = 5
)

// Page is one page of a queue.
type Page struct {
	Cards []Card
	// Next is the ID of the comment after which the next page begins, 0 on the last.
	Next int64
}

// NextPage returns the page of a queue after the comment f.After: the oldest first
// in queues of waiting comments, the newest first in the others. In the queues
// [Held] and [Spam] near-duplicates are grouped under the first of them.
func NextPage(ctx context.Context, r models.Queryer, f Filter) (Page, error) {
	var page Page
	var after *discussion.Comment
	if err := f.Prepare(ctx, r); err != nil {
		return page, err
	}
	if f.After != 0 {
		var err error
		if after, err = discussion.ByID(ctx, r, f.After); err != nil {
			return page, err
		}
	}
	var beyond *discussion.Comment // the first comment after those of the page
	for range mostRounds {
		list, end, err := f.list(ctx, r, after, PageSize+1)
		if err != nil {
			return page, err
		}
		if beyond = nil; len(list) > PageSize {
			beyond, end, list = &list[PageSize], &list[PageSize-1], list[:PageSize]
		}
		cards, err := f.group(ctx, r, list)
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
	// A search through a large section that is not complete has a next page anyway.
	if page.Next != 0 && (len(page.Cards) > 0 || !f.limitedToArticles()) {
		more, err := f.hasMore(ctx, r, after, beyond)
		if err != nil {
			return page, err
		}
		if !more {
			page.Next = 0
		}
	}
	return page, nil
}

// hasMore reports whether the queue has another card after a comment. beyond is the
// comment behind it if that is known. It stops after mostRounds batches without a card and
// then returns true.
func (f Filter) hasMore(ctx context.Context, r models.Queryer, after, beyond *discussion.Comment) (bool, error) {
	if beyond != nil {
		cards, err := f.group(ctx, r, []discussion.Comment{*beyond})
		if err != nil || len(cards) > 0 {
			return len(cards) > 0, err
		}
		after = beyond
	}
	for range mostRounds {
		list, end, err := f.list(ctx, r, after, PageSize)
		if err != nil {
			return false, err
		}
		cards, err := f.group(ctx, r, list)
		if err != nil || len(cards) > 0 || end == nil {
			return len(cards) > 0, err
		}
		after = end
	}
	return true, nil
}

// findSimilar returns the comments that match SimilarTo: the comment and its
// near-duplicates.
func (f Filter) findSimilar(ctx context.Context, r models.Queryer) (ids []int64, err error) {
	if f.SimilarTo == 0 {
		return nil, nil
	}
	c, err := discussion.ByID(ctx, r, f.SimilarTo)
	if models.KindOf(err) == models.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	near, err := nearDuplicates(ctx, r, c, "")
	ids = []int64{c.ID}
	for _, other := range near {
		ids = append(ids, other.ID)
	}
	return ids, err
}

// nearDuplicates returns ID, state and text of the near-duplicates of c. For each half
// of the fingerprint it compares at most [MostAlike] comments: the newest if order
// is "DESC", the oldest if it is "".
func nearDuplicates(ctx context.Context, r models.Queryer, c *discussion.Comment, order string) ([]discussion.Comment, error) {
	if c.SimilarA == nil {
		return nil, nil
	}
	half := func(column string) string {
		return `SELECT id FROM (SELECT id FROM comments` + r.Dialect().IndexedBy("comments_"+column) + `
			WHERE ` + column + ` = ? ORDER BY created_at ` + order + ` LIMIT ?) ` + column
	}
	var rows []discussion.Comment
	err := r.Query(ctx).Raw(`SELECT id, state, text FROM comments WHERE id <> ? AND id IN (
			`+half("similar_a")+` UNION `+half("similar_b")+`)`,
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

// groupsDuplicates reports whether the queue groups near-duplicates. The list of the
// near-duplicates of one comment does not.
func (f Filter) groupsDuplicates() bool {
	return f.SimilarTo == 0 && (f.Queue == Held || f.Queue == Spam)
}

// group makes cards of the comments of list. It puts near-duplicates under the first
// of them in the queue, and drops those with a first one before list.
func (f Filter) group(ctx context.Context, r models.Queryer, list []discussion.Comment) ([]Card, error) {
	cards := make([]Card, 0, len(list))
	var halves []int64
	for _, c := range list {
		if c.SimilarA != nil && f.groupsDuplicates() {
			halves = append(halves, *c.SimilarA, *c.SimilarB)
		}
	}
	candidates, err := f.candidates(ctx, r, halves)
	if err != nil {
		return nil, err
	}
	grouped := map[int64]bool{}
	var pairs spam.Memo
	for i := range list {
		card := Card{Comment: list[i]}
		if grouped[card.ID] {
			continue
		}
		first := true
		for j := range candidates {
			other := &candidates[j]
			if other.ID == card.ID || grouped[other.ID] || !areDuplicates(&pairs, &card.Comment, other) {
				continue
			}
			if f.compare(other, &card.Comment) < 0 {
				first = false
				break
			}
			card.Alike = append(card.Alike, discussion.Versioned{ID: other.ID, Version: other.Version})
			if len(card.Folded) < MostFolded {
				card.Folded = append(card.Folded, *other)
			}
		}
		if !first {
			continue
		}
		for _, other := range card.Alike {
			grouped[other.ID] = true
		}
		cards = append(cards, card)
	}
	return cards, nil
}

// areDuplicates reports whether two comments are near-duplicates: one of the two
// halves of their fingerprints is equal, and their texts are similar enough.
// pairs caches the word pairs of each text.
func areDuplicates(pairs *spam.Memo, a, b *discussion.Comment) bool {
	return shareHalf(a, b) && pairs.PairsOf(a.Text).Similarity(pairs.PairsOf(b.Text)) >= spam.NearlyTheSame
}

// shareHalf reports whether the first or the second halves of two comments'
// fingerprints are equal.
func shareHalf(a, b *discussion.Comment) bool {
	return a.SimilarA != nil && b.SimilarA != nil && (*a.SimilarA == *b.SimilarA || *a.SimilarB == *b.SimilarB)
}

// candidates returns the comments of the queue that have one of halves in their
// fingerprints. It looks up at most [MostAlike] by the first half and by the second.
func (f Filter) candidates(ctx context.Context, r models.Queryer, halves []int64) ([]discussion.Comment, error) {
	var found []discussion.Comment
	if len(halves) == 0 {
		return nil, nil
	}
	order := "created_at DESC"
	if f.OldestFirst() {
		order = "created_at"
	}
	having := func(column string) string {
		return "SELECT id FROM (SELECT id FROM comments" + r.Dialect().IndexedBy("comments_"+column) +
			" WHERE " + column + " IN ? AND state = ? ORDER BY " + order + " LIMIT ?) " + column
	}
	near := r.Query(ctx).Raw(having("similar_a")+" UNION "+having("similar_b"),
		halves, string(f.Queue), MostAlike, halves, string(f.Queue), MostAlike)
	q := r.Query(ctx).Model(&discussion.Comment{})
	if !f.hasHits() {
		q = f.narrow(r, q, "")
	}
	q = q.Where("id IN (?)", near).Select("id", "version", "created_at", "similar_a", "similar_b", "text", "author")
	if err := q.Order("created_at, id").Find(&found).Error; err != nil || !f.hasHits() {
		return found, err
	}
	return slices.DeleteFunc(found, func(c discussion.Comment) bool { return !f.found.isHit[c.ID] }), nil
}
