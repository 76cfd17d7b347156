package moderation

import (
	"context"
	"slices"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/wordindex"
	"broadsheet/models/newsroom/searchindex"
)

// found holds what was read for the conditions of a filter, once for the list, its
// number and the words in it.
type found struct {
	languages []string           // of the words
	words     map[string][]int64 // in PostgreSQL, the newest comments with the words, by column
	similar   []int64            // the IDs that match SimilarTo
	hits      []hit              // of a filter that has hits, oldest first
	isHit     map[int64]bool
	few       map[discussion.State]bool // results of haveFew
}

// hit is a comment that matches a filter.
type hit struct {
	ID        int64
	Version   int
	State     discussion.State
	CreatedAt models.Time
}

// Prepare reads what the conditions of the filter need. [NextPage], [Count] and
// [Matching] do so themselves. A caller of several of them prepares the filter before,
// so that the words are looked up once. A prepared filter does not find comments that
// come in later.
func (f *Filter) Prepare(ctx context.Context, r models.Queryer) error {
	if f.found != nil {
		return nil
	}
	found := &found{few: map[discussion.State]bool{}}
	var err error
	if f.Text != "" || f.Author != "" {
		if found.languages, err = searchindex.Languages(ctx, r); err != nil {
			return err
		}
	}
	if found.similar, err = f.findSimilar(ctx, r); err != nil {
		return err
	}
	f.found = found
	if r.Dialect() == models.Postgres {
		err = f.findWords(ctx, r)
	}
	if err == nil && f.hasHits() {
		err = f.findHits(ctx, r)
	}
	return err
}

// hasHits reports whether an index of words, marks or fingerprints finds the comments of
// the filter. They are few, but not in the order of the queue, so all of them are read.
func (f Filter) hasHits() bool {
	return f.SimilarTo != 0 || f.Text != "" || f.Author != "" && !f.authorIsAddress() || f.Host != "" || f.Rule != ""
}

// findWords looks the words of the filter up.
func (f *Filter) findWords(ctx context.Context, r models.Queryer) (err error) {
	f.found.words = map[string][]int64{}
	texts := map[string]string{wordindex.Words: f.Text}
	if !f.authorIsAddress() {
		texts[wordindex.Author] = f.Author
	}
	for column, text := range texts {
		if text == "" {
			continue
		}
		f.found.words[column], err = wordindex.ParseQuery(text).Newest(ctx, r, column, f.found.languages, MostHits)
		if err != nil {
			return err
		}
	}
	return nil
}

// findHits reads the comments that match the filter.
func (f *Filter) findHits(ctx context.Context, r models.Queryer) error {
	q := f.narrow(r, r.Query(ctx).Model(&discussion.Comment{}), "")
	if states := f.states(); states != nil {
		q = q.Where(r.Dialect().Unindexed("state")+" IN ?", states)
	}
	rows, err := q.Select("id", "version", "state", "created_at").Rows()
	if err != nil {
		return err
	}
	defer rows.Close()
	f.found.isHit = map[int64]bool{}
	for rows.Next() {
		var h hit
		if err := rows.Scan(&h.ID, &h.Version, &h.State, &h.CreatedAt); err != nil {
			return err
		}
		f.found.hits = append(f.found.hits, h)
		f.found.isHit[h.ID] = true
	}
	slices.SortFunc(f.found.hits, func(a, b hit) int { return byArrival(a.CreatedAt, b.CreatedAt, a.ID, b.ID) })
	return rows.Err()
}

// listHits is list for a filter that has hits.
func (f Filter) listHits(
	ctx context.Context, r models.Queryer, after *discussion.Comment, limit int,
) (list []discussion.Comment, end *discussion.Comment, err error) {
	hits := f.found.hits
	if !f.OldestFirst() {
		hits = slices.Clone(hits)
		slices.Reverse(hits)
	}
	if after != nil {
		behind := func(h hit) bool {
			return f.compare(&discussion.Comment{ID: h.ID, CreatedAt: h.CreatedAt}, after) > 0
		}
		begin := slices.IndexFunc(hits, behind)
		if begin < 0 {
			return nil, nil, nil
		}
		hits = hits[begin:]
	}
	hits = hits[:min(len(hits), limit)]
	if len(hits) == 0 {
		return nil, nil, nil
	}
	ids := make([]int64, len(hits))
	for i, h := range hits {
		ids[i] = h.ID
	}
	if err := r.Query(ctx).Where("id IN ?", ids).Find(&list).Error; err != nil || len(list) == 0 {
		return nil, nil, err
	}
	slices.SortFunc(list, func(a, b discussion.Comment) int { return f.compare(&a, &b) })
	if len(hits) == limit {
		end = &list[len(list)-1]
	}
	return list, end, nil
}
