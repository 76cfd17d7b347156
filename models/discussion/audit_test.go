package discussion_test

import (
	"testing"

	"broadsheet/models"
	"broadsheet/models/newsroom"
)

// The article's log and the settings' log are apart: a moderator who closes an
// article's comments is no conflict for an editor who saves the rules.
func TestClosingAnArticleIsNoChangeOfTheRules(t *testing.T) {
	each(t, func(d *desk) {
		a := d.Article()
		seen, err := models.SettingsVersion(d.Context(), d.DB)
		if err != nil {
			d.Fatal(err)
		}
		err = newsroom.SetCommentPolicy(d.Context(), d.DB, models.Actor{Name: "Mona"}, a.ID, newsroom.CommentPolicy{Status: newsroom.CommentsClosed})
		if err != nil {
			d.Fatal(err)
		}
		if err := models.SaveSettings(d.Context(), d.DB, models.Actor{Name: "Edith"}, seen, map[string]string{"comment.flood": "0"}); err != nil {
			d.Errorf("the editor's save is refused: %v", err)
		}
		if err := models.SaveSettings(d.Context(), d.DB, models.Actor{Name: "Otto"}, seen, map[string]string{"comment.flood": "20"}); models.KindOf(err) != models.Conflict {
			d.Errorf("a save of rules that were changed in between: %v", err)
		}
	})
}
