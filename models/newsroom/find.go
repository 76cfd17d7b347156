package newsroom

import (
	"context"
	"strings"

	"broadsheet/models"
)

// Found is where an address leads.
type Found struct {
	ArticleID int64
	// Path is the article's present address; when it is not the one asked
	// for, the reader is sent there for good.
	Path string
	// Status tells published from withdrawn articles. Others are not found.
	Status     Status
	StatusNote string
	StatusAt   models.Time
	Title      string
	// Guessed: only the beginning of the slug was asked for.
	Guessed bool
}

// Find looks an address up: an article's present address, an earlier one,
// one under another permalink pattern, or one cut short so that exactly one
// article's slug starts with it. Anything else is a NotFound error.
func Find(ctx context.Context, r models.Queryer, site *Site, path string) (*Found, error) {
	if !plausible(path) {
		return nil, models.Errorf(models.NotFound, "no article at this address")
	}
	h, _ := site.parse(path)
	id, err := articleID(ctx, r, h)
	if lower := strings.ToLower(h.slug); err == nil && id == 0 && lower != h.slug {
		h.slug = lower
		id, err = articleID(ctx, r, h)
	}
	guessed := id == 0
	if err == nil && guessed {
		id, err = findByStart(ctx, r, h.slug)
	}
	if err != nil {
		return nil, err
	}
	var a Article
	if id == 0 {
		return nil, models.Errorf(models.NotFound, "no article at this address")
	}
	if err := r.Query(ctx).Where("id = ?", id).Take(&a).Error; err != nil {
		return nil, err
	}
	if a.Status != Published && a.Status != Withdrawn {
		return nil, models.Errorf(models.NotFound, "no article at this address")
	}
	return &Found{a.ID, site.ArticlePath(&a), a.Status, a.StatusNote, a.StatusAt, a.Title, guessed}, nil
}

// plausible keeps addresses of other things, such as /wp-login.php/x, from
// being taken for old articles.
func plausible(path string) bool {
	return !strings.ContainsAny(path, "?*<>\\") && !strings.Contains(path, ".php")
}

// shortestStart is how much of a slug a cut-off address must still have.
const shortestStart = 5

// findByStart returns the one published article whose slug starts with
// start; 0 if none or several do.
func findByStart(ctx context.Context, r models.Queryer, start string) (int64, error) {
	if len([]rune(start)) < shortestStart {
		return 0, nil
	}
	var ids []int64
	err := r.Query(ctx).Raw(`SELECT id FROM articles WHERE slug >= ? AND slug < ? AND status = 'published' LIMIT 2`,
		start, start+"\U0010FFFF").Scan(&ids).Error
	if err != nil || len(ids) != 1 {
		return 0, err
	}
	return ids[0], nil
}

// FindRedirect returns where an operator or an import has sent an address, ""
// if nowhere, and whether that is for good. A slash at the end of the address
// makes no difference.
func FindRedirect(ctx context.Context, r models.Queryer, path string) (target string, lasting bool, err error) {
	bare := strings.TrimRight(path, "/")
	var row struct {
		Target string
		Status int
	}
	err = r.Query(ctx).Raw("SELECT target, status FROM redirects WHERE path IN (?, ?) ORDER BY path LIMIT 1", bare, bare+"/").Scan(&row).Error
	return row.Target, row.Status == 301 || row.Status == 308, err
}

// PathOf returns the present address of a public article. It refuses as
// [RequirePublic] does.
func PathOf(ctx context.Context, r models.Queryer, site *Site, id int64) (string, error) {
	a, status := address{id: id}, Status("")
	_, err := models.QueryRow(ctx, r, []any{&a.slug, &a.localTime, &a.categoryID, &a.author, &status},
		"SELECT slug, local_time, main_category_id, byline_slug, status FROM articles WHERE id = ?", id)
	if err == nil {
		err = status.refuse()
	}
	return site.path(a), err
}
