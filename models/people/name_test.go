package people_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"broadsheet/models"
	"broadsheet/models/modeltest"
	"broadsheet/models/people"
)

// guestNames are names of guests on a site with the name "The Larkmoor
// Courier" and the staff "Casper Wynn", "Dr. Runa Solberg", "Mary Jane
// O'Neill" and "سامي علي", by the fault. "" is a name that may be used.
var guestNames = map[people.NameFault][]string{
	people.NameReserved: {
		"Moderator", "moderator", "MODERATOR", "The Moderator", "Moderators", "M o d e r a t o r", "Mod.erator", "M0derator", "Мoderator", "Ｍｏｄｅｒａｔｏｒ", "Moderator1", "Moderator 2", "Mod", "mods",
		"Admin", "ADMIN", "admin!", "Adm!n", "@dmin", "Admin Team", "Site Admin", "Administrator", "the administrator of this site", "Ádmin", "Webmaster",
		"Editor", "The Editors", "Editor in Chief", "Editor-in-Chief", "News Editor", "Guest editor", "Night Desk Editor", "Staff", "Staff writer", "Staff Reporter", "The Newsroom Team", "Editorial Team", "Author",
		"Anna (Moderator)", "Moderator Anna", "Anna, Staff", "Anna | Admin", "Anna – Editor", "[Staff] Anna", "Anna / Newsroom",
		"The Larkmoor Courier", "Larkmoor Courier", "larkmoor courier", "LarkmoorCourier", "Larkmoor-Courier", "The Larkmoor Courier Team", "Larkmoor Courier News Desk", "Lаrkmoor Cоurier", "Larkmoor Courier (official)",
		"مشرف", "المشرف", "مُشرف", "مشـرف", "مدير الموقع", "المدير", "رئيس التحرير", "هيئة التحرير", "فريق التحرير", "محرّر", "المحررة", "إدارة الموقع", "الإدارة", "أدمن", "أحمد (المشرف)", "أحمد، محرر",
		"Moderation", "Moderation Team", "Administration", "SuperAdmin", "superadmin", "SiteAdmin", "siteadmin", "AdminTeam", "ModTeam", "mod_team", "Subeditor", "Newsdesk", "Owner", "Site Owner", "Adrnin", "4dmin", "adm|n", "M°derator",
		"Mod erator", "ed itor", "Editor’s Desk", "⭐Admin⭐", "🛡️ Moderator", "Verified Moderator", "admin@larkmoor.example", "مسؤول الموقع", "المسؤول", "مدیر", "أدمين", "سكرتير التحرير",
		"TheLarkmoorCourier", "larkmoorcourier.example", "Courier Larkmoor", "Larkmoor Courier Ltd", "Courier Staff", "Courier Team", "Team Courier", "Larkmoor Moderation", "The Courier Editorial Board", "🙂 The Larkmoor Courier",
	},
	people.NameTaken: {
		"Casper Wynn", "casper wynn", "CasperWynn", "Casper  Wynn", "Casper-Wynn", "Cásper Wynn", "Caspеr Wynn", "Wynn, Casper", "Wynn Casper", "Casper Wynn (editor)", "Casper Wynn, Editor", "Editor Casper Wynn",
		"Casper Wynn – The Larkmoor Courier", "Casper Wynn, Larkmoor Courier", "Casper Wynn (Staff)", "Mr Casper Wynn", "Casper Wynn official", "Casper Wynn 2",
		"WynnCasper", "Casper Wynn Jr", "Casper Wynn (verified)", "Sir Casper Wynn", "Prof. Casper Wynn", "The real Casper Wynn", "Casper VVynn", "Casper Wynn Wynn", "✓ Casper Wynn", "Casper🙂Wynn", "Ｃａｓｐｅｒ Ｗｙｎｎ", "𝐂𝐚𝐬𝐩𝐞𝐫 𝐖𝐲𝐧𝐧", "C a s p e r W y n n",
		"Runa Solberg", "Solberg, Runa", "RunaSolberg", "Mary Jane O’Neill", "Mary Jane ONeill", "O'Neill, Mary-Jane", "سامى علي", "سَامي عَلي", "علي سامي", "الأستاذ سامي علي", "سامي على", "سامـي علي",
	},
	"": {
		"Edith Editorial", "Adminah", "Leon Staff", "Anna Lind", "Casper", "Wynn", "Casper Wynnstone", "Modesty Blaise", "Moderata Fonte", "A Reader", "The Reader", "Reader of the Courier", "Courier", "Editha",
		"Edit Orban", "Staffan Olsson", "Anne-Marie O'Neill", "J. R. R.", "Author Ash", "Team Spirit", "برويز مشرف", "أحمد علي", "مديحة", "محررة الشامي", "李编辑", "Anonymous", "42", "Shell", "Reports", "Moderator's friend",
		"Ed Itor", "Mo Derat", "Chief O'Neill", "Staffan", "Edith Adminah", "Ad Minh", "Joe Root", "Will Head", "Modi", "Sir Ian", "Lead Singer", "Man of Larkmoor", "Jim Courier", "Mr Courier", "Larkmoor resident", "A Larkmoor reader", "Mods & Rockers", "Runa", "Solberg", "Mary Jane", "Jane O'Neill",
		"Savvas Morn", "Warner", "Modern Man", "Marnie", "علي", "أحمد", "علي حسن", "محمد مدير",
	},
}

func TestNamesThatGuestsMayNotUse(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		for i, name := range []string{"Casper Wynn", "Dr. Runa Solberg", "Mary Jane O'Neill", "سامي علي"} {
			must(people.CreateAccount(t.Context(), db, models.ActorShell, people.NewAccount{Name: name, Email: fmt.Sprint("staff", i, "@example.org"), Role: people.Editor}))
		}
		must(people.CreateAccount(t.Context(), db, models.ActorShell, people.NewAccount{Name: "Ruth Reader", Email: "ruth@example.org", Role: people.Subscriber}))
		for want, names := range guestNames {
			for _, name := range names {
				if got, err := people.CheckGuestName(t.Context(), db, "The Larkmoor Courier", name, 0); got != want || err != nil {
					t.Errorf("%q: %q (%v), want %q", name, got, err, want)
				}
			}
		}
		if got, err := people.CheckGuestName(t.Context(), db, "The Larkmoor Courier", "Ruth Reader", 0); got != "" || err != nil {
			t.Errorf("the name of a subscriber: %q, %v", got, err)
		}
	})
}

// Each word of the interface for the staff or for one of its roles is a title
// in that language.
func TestEveryWordForStaffInTheInterfaceIsAReservedTitle(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../views/messages/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("%v, %v", files, err)
	}
	db := modeltest.SQLite(t, modeltest.NewClock())
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var messages map[string]any
		if err := json.Unmarshal(data, &messages); err != nil {
			t.Fatal(err)
		}
		keys := []string{"comment.staff"}
		for _, role := range people.Roles {
			if role != people.Subscriber {
				keys = append(keys, "role."+string(role))
			}
		}
		for _, key := range keys {
			name, _ := messages[key].(string)
			if got, err := people.CheckGuestName(t.Context(), db, "Courier", name, 0); got != people.NameReserved || err != nil {
				t.Errorf("%s: %s is %q: %q, %v", filepath.Base(file), key, name, got, err)
			}
		}
	}
}

// Names of accounts, at every door where one gets a name.
func TestNamesThatAccountsMayNotUse(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		ctx := t.Context()
		casper := must(people.CreateAccount(ctx, db, models.ActorShell, people.NewAccount{Name: "Casper Wynn", Email: "casper@example.org", Role: people.Editor}))
		mona := must(people.CreateAccount(ctx, db, models.ActorShell, people.NewAccount{Name: "Mona Moss", Email: "mona@example.org", Role: people.Moderator}))
		ruth := must(people.CreateAccount(ctx, db, models.ActorShell, people.NewAccount{Name: "Ruth Reader", Email: "ruth@example.org", Role: people.Subscriber}))
		former := must(people.CreateAccount(ctx, db, models.ActorShell, people.NewAccount{Name: "Fred Former", Email: "fred@example.org", Role: people.Moderator}))
		for _, err := range []error{
			people.CloseAccount(ctx, db, models.ActorShell, former.ID), people.Rename(ctx, db, casper, "Casper Stone"), people.SetRole(ctx, db, models.ActorShell, casper.ID, people.Subscriber),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
		n := 0
		doors := map[string]func(name string, staff bool) error{
			"rename": func(name string, staff bool) error {
				if staff {
					return people.Rename(ctx, db, mona, name)
				}
				return people.Rename(ctx, db, ruth, name)
			},
			"hire": func(name string, staff bool) error {
				n++
				_, err := people.CreateAccount(ctx, db, mona.Actor(), people.NewAccount{Name: name, Email: strings.Repeat("h", n) + "@example.org", Role: map[bool]people.Role{true: people.AuthorRole, false: people.Subscriber}[staff]})
				return err
			},
			"people add": func(name string, staff bool) error {
				n++
				_, err := people.CreateAccount(ctx, db, models.ActorShell, people.NewAccount{Name: name, Email: strings.Repeat("a", n) + "@example.org", Role: map[bool]people.Role{true: people.Editor, false: people.Subscriber}[staff]})
				return err
			},
		}
		for door, try := range doors {
			for _, staff := range []bool{true, false} {
				// The former editor's names, both, and the closed account's are taken too.
				for _, name := range []string{"Casper Wynn", "casper  wynn", "Cаsper Stone", "Fred Former", "Former Fred", "Casper Wynn (editor)", "Wynn, Casper"} {
					if err := try(name, staff); models.KindOf(err) != models.Conflict {
						t.Errorf("%s, staff %v, %q: %v", door, staff, name, err)
					}
				}
				reserved := []string{"Command  Line", "THE RULES"}
				for _, actor := range models.SystemActors() {
					reserved = append(reserved, actor.Name)
				}
				for _, name := range reserved {
					if err := try(name, staff); models.KindOf(err) != models.Invalid {
						t.Errorf("%s, staff %v, %q: %v", door, staff, name, err)
					}
				}
			}
			for _, name := range []string{"Moderator", "Site Admin", "Mona Moss (editor)", "Broadsheet"} {
				if err := try(name, false); err == nil {
					t.Errorf("%s: a reader is called %q", door, name)
				}
			}
		}
		// The own name, and the own earlier one, are free.
		for _, name := range []string{"Mona M. Moss", "Mona Moss", "Mona Moss"} {
			mona = must(people.ByID(ctx, db, mona.ID))
			if err := people.Rename(ctx, db, mona, name); err != nil {
				t.Errorf("%q: %v", name, err)
			}
		}
	})
	modeltest.Each(t, func(t *testing.T, db *models.DB, _ *modeltest.Clock) {
		if _, err := people.CreateFirstAdministrator(t.Context(), db, people.NewAccount{Name: "The Rules", Email: "first@example.org", Password: password}); models.KindOf(err) != models.Invalid {
			t.Errorf("the first administrator: %v", err)
		}
	})
}
