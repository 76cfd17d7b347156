package invitations_test

import (
	"errors"
	"slices"
	"testing"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/people"
	"broadsheet/models/people/invitations"
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// The sections of an invitation limit the moderator from the first moment. A section that
// is removed meanwhile does not widen the limit.
func TestSectionsOfAnInvitation(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		ctx := t.Context()
		ids := map[string]int64{}
		write := func(fn func(tx *models.Tx) error) {
			t.Helper()
			if err := db.Write(ctx, fn); err != nil {
				t.Fatal(err)
			}
		}
		write(func(tx *models.Tx) error {
			for _, path := range []string{"sport", "culture"} {
				c, err := taxonomy.EnsureCategory(ctx, tx, path)
				if err != nil {
					return err
				}
				ids[path] = c.ID
			}
			return nil
		})
		accept := func(email string, removed string, categories ...int64) (int64, []int64) {
			t.Helper()
			account := people.NewAccount{Name: "Person of " + email, Email: email, Role: people.Moderator}
			i := must(invitations.Invite(ctx, db, models.ActorShell, account, categories...))
			if removed != "" {
				write(func(tx *models.Tx) error {
					return models.Exec(ctx, tx, "DELETE FROM categories WHERE path = ?", removed)
				})
			}
			u := must(invitations.Accept(ctx, db, i.Subject(), account.Name, "seven quiet ferries at dusk"))
			return u.ID, must(people.ActiveCategoryLimit(ctx, db, u.ID))
		}
		if _, got := accept("all@example.org", ""); got != nil {
			t.Errorf("without sections the limit is %v", got)
		}
		id, got := accept("both@example.org", "", ids["sport"], ids["culture"])
		if slices.Sort(got); !slices.Equal(got, slices.Sorted(slices.Values([]int64{ids["sport"], ids["culture"]}))) {
			t.Errorf("with both the limit is %v of %v", got, ids)
		}
		log := must(people.ListChanges(ctx, db, id, 2))
		if len(log) != 2 || log[0].Verb != "sections" || log[0].After != "sport, culture" || log[1].Verb != "added" {
			t.Errorf("the log has %+v", log)
		}
		if _, got := accept("culture@example.org", "sport", ids["sport"], ids["culture"]); !slices.Equal(got, []int64{ids["culture"]}) {
			t.Errorf("with one removed the limit is %v of %v", got, ids)
		}
		if _, got := accept("none@example.org", "culture", ids["culture"]); !slices.Equal(got, []int64{0}) {
			t.Errorf("with all removed the limit is %v", got)
		}

		_, err := invitations.Invite(ctx, db, models.ActorShell, people.NewAccount{Name: "Eva", Email: "eva@example.org", Role: people.Editor}, 1)
		if e, ok := errors.AsType[*models.Error](err); !ok || e.Code != "invitation-sections" {
			t.Errorf("sections of an editor are answered with %v", err)
		}
	})
}
