package writers

import (
	"context"
	"net/netip"
	"slices"
	"strings"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/moderation"
	"broadsheet/models/discussion/wordindex"
	"broadsheet/models/discussion/writernotes"
	"broadsheet/models/newsroom/searchindex"
	"broadsheet/models/people"
	"broadsheet/models/people/bans"

	"gorm.io/gorm"
)

const (
	// scanBatch is the number of comments that one statement of the list reads, and
	// mostScanned the number for a page. A page may therefore be short.
	scanBatch   = 500
	mostScanned = 2000
	// mostMatches is the number of comments, the newest, that a search finds.
	mostMatches = 2000
)

// Entry is a line of the list of writers.
type Entry struct {
	Writer
	Newest discussion.Comment // in scope; of a search, the newest that matches. It has no HTML.
	Notes  int
	Bans   []bans.Ban // those in force on the writer's own browser or address
}

// listed are the columns of Newest.
var listed = []string{
	"id", "article_id", "author", "email", "user_id", "verified", "token_hash", "network", "ip", "state", "text", "created_at", "version",
}

// Recent lists the writers by their newest comment in scope. before is the comment
// after which the page begins, 0 for the first page; next is that of the page after,
// 0 on the last. A writer is on one page only.
func Recent(ctx context.Context, r models.Queryer, scope moderation.Scope, before int64) (list []Entry, next int64, err error) {
	for scanned := 0; scanned < mostScanned; scanned += scanBatch {
		q := scope.Narrow(r.Query(ctx).Select(listed).Order("id DESC").Limit(scanBatch), "comments.article_id")
		if before > 0 {
			q = q.Where("id < ?", before)
		}
		var rows []discussion.Comment
		if err := q.Find(&rows).Error; err != nil {
			return nil, 0, err
		}
		newest, err := newestOf(ctx, r, scope, rows)
		if err != nil {
			return nil, 0, err
		}
		for _, row := range rows {
			before = row.ID
			if w, ok := Of(&row); ok && newest[row.ID] {
				list = append(list, Entry{Writer: w, Newest: row})
			}
			if len(list) == PageSize {
				return list, before, nil
			}
		}
		if len(rows) < scanBatch {
			return list, 0, nil
		}
	}
	return list, before, nil
}

// sameWriter are the conditions that a comment n has the same writer, by [Of], as a
// comment c whose writer is of a kind.
var sameWriter = map[writernotes.Kind]string{
	writernotes.Account: "n.user_id = c.user_id",
	writernotes.Email:   "n.email = c.email AND n.email <> '' AND n.verified AND n.user_id IS NULL",
	writernotes.Browser: "n.token_hash = c.token_hash AND n.token_hash <> '' AND n.user_id IS NULL AND NOT (n.verified AND n.email <> '')",
	writernotes.Typed:   "n.email = c.email AND n.email <> '' AND n.token_hash = '' AND n.user_id IS NULL AND NOT n.verified",
}

// newestOf returns the numbers of those comments of rows that are their writer's newest
// in scope.
func newestOf(ctx context.Context, r models.Queryer, scope moderation.Scope, rows []discussion.Comment) (map[int64]bool, error) {
	byKind := map[writernotes.Kind][]int64{}
	for i := range rows {
		if w, ok := Of(&rows[i]); ok {
			byKind[w.Kind] = append(byKind[w.Kind], rows[i].ID)
		}
	}
	newest := map[int64]bool{}
	for kind, ids := range byKind {
		last := scope.Narrow(r.Query(ctx).Table("comments n").Select("n.id").Where(sameWriter[kind]), "n.article_id").
			Order("n.created_at DESC, n.id DESC").Limit(1)
		var found []int64
		err := r.Query(ctx).Table("comments c").Where("c.id IN ?", ids).Where("c.id = (?)", last).Pluck("c.id", &found).Error
		if err != nil {
			return nil, err
		}
		for _, id := range found {
			newest[id] = true
		}
	}
	return newest, nil
}

// Search lists the writers of the newest comments in scope that match a text: an email
// address, an IP address or network, or words of a name. before is as in [Recent].
func Search(
	ctx context.Context, r models.Queryer, scope moderation.Scope, text string, before int64,
) (list []Entry, next int64, err error) {
	q, ok, err := matching(ctx, r, r.Query(ctx).Select(listed), text)
	if err != nil || !ok {
		return nil, 0, err
	}
	var rows []discussion.Comment
	err = scope.Narrow(q, "comments.article_id").Order("created_at DESC, id DESC").Limit(mostMatches).Find(&rows).Error
	if err != nil {
		return nil, 0, err
	}
	slices.SortFunc(rows, func(a, b discussion.Comment) int { return int(b.ID - a.ID) })
	seen := map[Writer]bool{}
	for _, row := range rows {
		w, ok := Of(&row)
		if !ok || seen[w] {
			continue
		}
		seen[w] = true
		if before > 0 && row.ID >= before {
			continue
		}
		if len(list) == PageSize {
			return list, list[PageSize-1].Newest.ID, nil
		}
		list = append(list, Entry{Writer: w, Newest: row})
	}
	return list, 0, nil
}

// matching adds the condition of a search. ok is false for a text that matches nothing.
func matching(ctx context.Context, r models.Queryer, q *gorm.DB, text string) (narrowed *gorm.DB, ok bool, err error) {
	text = strings.TrimSpace(text)
	if strings.Contains(text, "@") {
		return q.Where("email = ? AND email <> ''", people.EmailForm(text)), true, nil
	}
	if networks := networksOf(text); networks != nil {
		return q.Where("network IN ? AND network <> ''", networks), true, nil
	}
	languages, err := searchindex.Languages(ctx, r)
	if err != nil {
		return nil, false, err
	}
	condition, argument, ok := wordindex.ParseQuery(text).Condition(r.Dialect(), wordindex.Author, languages)
	if !ok {
		return nil, false, nil
	}
	found := "id IN (SELECT docid FROM comment_words WHERE " + condition + " ORDER BY docid DESC LIMIT ?)"
	return q.Where(found, argument, mostMatches), true, nil
}

// networksOf returns the stored networks that an address or a network is in, nil for
// another text and for a network that is too large.
func networksOf(text string) []string {
	if ip, err := netip.ParseAddr(text); err == nil {
		return []string{models.Network(models.PlainAddr(ip))}
	}
	if prefix, err := netip.ParsePrefix(text); err == nil {
		return models.NetworksIn(prefix)
	}
	return nil
}

// Noted lists writers with notes, as [writernotes.List] does. A moderator with a
// limited scope sees those with comments in scope.
func Noted(ctx context.Context, r models.Queryer, scope moderation.Scope, before int64) (list []Entry, next int64, err error) {
	noted, err := writernotes.List(ctx, r, before, PageSize)
	if err != nil {
		return nil, 0, err
	}
	for _, n := range noted {
		e := Entry{Writer: Writer{n.Kind, n.Value}, Notes: n.Notes}
		if known, err := e.find(ctx, r, scope); err != nil {
			return nil, 0, err
		} else if known || !scope.Limited() {
			list = append(list, e)
		}
	}
	if len(noted) == PageSize {
		next = noted[PageSize-1].Last
	}
	return list, next, nil
}

// find sets the entry's newest comment in scope. It returns false if there is none.
func (e *Entry) find(ctx context.Context, r models.Queryer, scope moderation.Scope) (bool, error) {
	newest, err := models.First[discussion.Comment](e.comments(ctx, r, scope).Order("created_at DESC, id DESC"))
	if err == nil && newest != nil {
		e.Newest = *newest
	}
	return newest != nil, err
}

// Under lists the writers under bans of some kinds that are in force, the newest ban
// first. It leaves out bans of networks and domains, which mean no single writer. setBy
// is the account that set the bans, 0 for all.
func Under(
	ctx context.Context, r models.Queryer, scope moderation.Scope, kinds []bans.Kind, setBy, before int64,
) (list []Entry, next int64, err error) {
	q := r.Query(ctx).Where("kind IN ? AND mark IN ?", kinds, []bans.Target{bans.TargetBrowser, bans.TargetEmail}).
		Where("ended_at IS NULL AND (ends_at IS NULL OR ends_at > ?)", nowOf(r)).Order("id DESC").Limit(PageSize)
	if setBy != 0 {
		q = q.Where("set_by_id = ?", setBy)
	}
	if before > 0 {
		q = q.Where("id < ?", before)
	}
	var found []bans.Ban
	if err := q.Find(&found).Error; err != nil {
		return nil, 0, err
	}
	for _, ban := range found {
		for _, w := range meant(ctx, r, &ban) {
			e := Entry{Writer: w, Bans: []bans.Ban{ban}}
			known, err := e.find(ctx, r, scope)
			if err != nil {
				return nil, 0, err
			}
			if known {
				list = append(list, e)
				break
			}
		}
	}
	if len(found) == PageSize {
		next = found[PageSize-1].ID
	}
	return list, next, nil
}

// meant returns the writers that a ban on a browser or an address may mean, the most
// likely first.
func meant(ctx context.Context, r models.Queryer, ban *bans.Ban) (list []Writer) {
	if ban.Target == bans.TargetBrowser {
		return []Writer{{writernotes.Browser, ban.Value}}
	}
	if u, err := people.ByEmail(ctx, r, ban.Value); err == nil {
		list = append(list, accountWriter(u.ID))
	}
	return append(list, Writer{writernotes.Email, ban.Value}, Writer{writernotes.Typed, ban.Value})
}

// nowOf returns the time of a handle.
func nowOf(r models.Queryer) models.Time {
	switch r := r.(type) {
	case *models.DB:
		return models.At(r.Now())
	case *models.Tx:
		return models.At(r.Now)
	}
	return models.Time{}
}
