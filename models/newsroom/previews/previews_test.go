package previews_test

import (
	"os"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/previews"
)

func TestMain(m *testing.M) { os.Exit(modeltest.Main(m)) }

func TestRowsMatchTheirTables(t *testing.T) {
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		modeltest.MatchTables(t, db, previews.Preview{})
	})
}

func TestALinkEnds(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		by := models.Actor{UserID: new(int64(7)), Name: "Edith"}
		signer := previews.Signer(models.NewKeyring([]byte("a secret of thirty-two bytes or more")))
		other := previews.Signer(models.NewKeyring([]byte("another secret of thirty-two bytes or more")))
		var ids []int64
		for _, title := range []string{"One", "Two"} {
			a, _, err := newsroom.Save(t.Context(), db, by, newsroom.AnyVersion, newsroom.Manuscript{Title: title, Status: newsroom.Draft})
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, a.ID)
		}
		made := func(article int64) string {
			t.Helper()
			p, err := previews.Make(t.Context(), db, by, article)
			if err != nil {
				t.Fatal(err)
			}
			return p.Key(signer)
		}
		want := func(what, key string, s *models.Signer, article int64) {
			t.Helper()
			got, err := previews.Find(t.Context(), db, s, key, clock.Now())
			if got != article || (err == nil) != (article != 0) || err != nil && models.KindOf(err) != models.NotFound {
				t.Errorf("%s: article %d (%v), want %d", what, got, err, article)
			}
		}
		one, two := made(ids[0]), made(ids[1])
		want("a fresh link", one, signer, ids[0])
		want("another site's key", one, other, 0)
		want("a number of another", two[:1]+one[1:], signer, 0)
		for _, key := range []string{"", "-", "1", "1-", "x-" + one, one + "0", "9223372036854775808-" + one[2:]} {
			want("key "+key, key, signer, 0)
		}
		if err := previews.Revoke(t.Context(), db, by, ids[0]); err != nil {
			t.Fatal(err)
		}
		want("a revoked link", one, signer, 0)
		want("the other article's link", two, signer, ids[1])
		clock.Advance(previews.Lasts - time.Second)
		want("just before the end", two, signer, ids[1])
		clock.Advance(time.Second)
		want("after the end", two, signer, 0)
		if list, err := previews.Of(t.Context(), db, ids[1], clock.Now()); err != nil || len(list) != 0 {
			t.Errorf("links that ended are listed: %v (%v)", list, err)
		}
	})
}
