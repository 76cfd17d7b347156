package models_test

import (
	"path/filepath"
	"strings"
	"testing"

	"broadsheet/models"
	"broadsheet/models/modeltest"
)

// The audit takes over the rows of the two logs before it. The numbers of
// changes of settings stay, because decisions on comments name them.
func TestTheAuditTakesOverTheOldLogs(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "old.db")
	if err := mustOpen(t, path, modeltest.NewClock()).Close(); err != nil {
		t.Fatal(err)
	}
	for _, statement := range []string{
		"DROP TABLE audit",
		`CREATE TABLE setting_log (id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, actor TEXT NOT NULL, actor_id INTEGER,
			key TEXT NOT NULL, value_before TEXT NOT NULL, value_after TEXT NOT NULL)`,
		`CREATE TABLE people_log (id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, actor_id INTEGER, actor TEXT NOT NULL,
			person_id INTEGER NOT NULL, person TEXT NOT NULL, what TEXT NOT NULL, detail TEXT NOT NULL)`,
		`INSERT INTO setting_log (id, at, actor, actor_id, key, value_before, value_after) VALUES
			(3, 1000000, 'command line', NULL, 'comment.flood', '15', '0'), (7, 2000000, 'Mona', 5, 'article:42', 'open', 'closed'), (9, 3000000, 'Edith', 6, 'site.name', 'A', 'B')`,
		`INSERT INTO people_log (id, at, actor_id, actor, person_id, person, what, detail) VALUES
			(1, 500000, NULL, 'shell', 5, 'Mona', 'added', 'moderator'), (2, 4000000, 5, 'Mona', 5, 'Mona', 'renamed', 'Mona Moss')`,
		"DELETE FROM migrations WHERE id = '0023_audit'",
	} {
		if err := modeltest.ExecSQLite(path, statement); err != nil {
			t.Fatal(err)
		}
	}
	db := mustOpen(t, path, modeltest.NewClock())
	mona, edith := int64(5), int64(6)
	for _, c := range []struct {
		on   models.Subject
		want []models.AuditEntry
	}{
		{models.Subject{Kind: models.SettingSubject}, []models.AuditEntry{
			{ID: 9, Actor: "Edith", ActorID: &edith, Subject: "setting", SubjectName: "site.name", Verb: "set", Before: "A", After: "B"},
			{ID: 3, Actor: "command line", Subject: "setting", SubjectName: "comment.flood", Verb: "set", Before: "15", After: "0"},
		}},
		{models.Subject{Kind: models.ArticleSubject, ID: 42}, []models.AuditEntry{
			{ID: 7, Actor: "Mona", ActorID: &mona, Subject: "article", SubjectID: 42, Verb: "comments", Before: "open", After: "closed"},
		}},
		{models.Subject{Kind: models.ArticleSubject, ID: 4}, nil},
		{models.Subject{Kind: models.AccountSubject, ID: 5}, []models.AuditEntry{
			{ID: 11, Actor: "Mona", ActorID: &mona, Subject: "account", SubjectID: 5, SubjectName: "Mona", Verb: "renamed", After: "Mona Moss"},
			{ID: 10, Actor: "shell", Subject: "account", SubjectID: 5, SubjectName: "Mona", Verb: "added", After: "moderator"},
		}},
	} {
		got, err := models.AuditTrail(t.Context(), db, c.on, 10)
		if err != nil || len(got) != len(c.want) {
			t.Fatalf("%+v: %+v (%v)", c.on, got, err)
		}
		for i, want := range c.want {
			e := got[i]
			sameActor := (e.ActorID == nil) == (want.ActorID == nil) && (e.ActorID == nil || *e.ActorID == *want.ActorID)
			if e.At.IsZero() || !sameActor {
				t.Errorf("%+v: the time or the actor is lost", e)
			}
			want.At, want.ActorID = e.At, e.ActorID
			if e != want {
				t.Errorf("%+v, want %+v", e, want)
			}
		}
	}
	var version int64
	if err := db.Query(t.Context()).Raw("SELECT MAX(id) FROM audit WHERE subject = ?", models.SettingSubject).Scan(&version).Error; err != nil || version != 9 {
		t.Errorf("version %d of the settings (%v)", version, err)
	}
}

// The audit returns the changes of one subject only, newest first, with the
// verbs asked for.
func TestTheAuditIsReadBySubject(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		article := models.Subject{Kind: models.ArticleSubject, ID: 4}
		err := db.Write(t.Context(), func(tx *models.Tx) error {
			for _, change := range []struct {
				on          models.Subject
				verb, after string
			}{
				{article, "status", "withdrawn"},
				{models.Subject{Kind: models.ArticleSubject, ID: 42}, "status", "trashed"},
				{models.Subject{Kind: models.AccountSubject, ID: 4, Name: "Mona"}, "role", "editor"},
				{article, "comments", "closed"},
				{models.Subject{Kind: models.SettingSubject, Name: "words"}, "set", strings.Repeat("word\n", 1000) + "new"},
				{models.Subject{Kind: models.AccountSubject, ID: 7}, "sections", strings.Repeat("é", 2500)},
			} {
				if err := models.Audit(t.Context(), tx, models.ActorShell, change.on, change.verb, strings.Repeat("word\n", 1000), change.after); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		read := func(on models.Subject, verbs ...string) string {
			list, err := models.AuditTrail(t.Context(), db, on, 10, verbs...)
			if err != nil {
				t.Fatal(err)
			}
			var after []string
			for _, e := range list {
				after = append(after, e.After)
			}
			return strings.Join(after, ", ")
		}
		for want, got := range map[string]string{
			"closed, withdrawn":          read(article),
			"withdrawn":                  read(article, "status"),
			"closed, trashed, withdrawn": read(models.Subject{Kind: models.ArticleSubject}),
			"editor":                     read(models.Subject{Kind: models.AccountSubject, ID: 4}),
			"new":                        read(models.Subject{Kind: models.SettingSubject, Name: "words"}),
			// One long line, such as the sections of a moderator, is cut.
			strings.Repeat("é", 2000) + "…": read(models.Subject{Kind: models.AccountSubject, ID: 7}),
		} {
			if got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		}
	})
}
