package discussion_test

import (
	"net/netip"
	"slices"
	"testing"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/discussiontest"
	"broadsheet/models/newsroom"
	"broadsheet/models/people"
	"broadsheet/models/people/bans"
	"broadsheet/models/settings"
)

// writers returns a change of a submission for each kind of commenter.
func (d *desk) writers() map[string]func(*discussion.Submission) {
	moderator := d.Moderator()
	subscriber, err := people.CreateAccount(d.Context(), d.DB, models.ActorShell, people.NewAccount{Name: "Sub Scriber", Email: "sub@courier.example", Role: people.Subscriber, Password: "a long password"})
	if err != nil {
		d.Fatal(err)
	}
	return map[string]func(*discussion.Submission){
		"guest":      func(*discussion.Submission) {},
		"verified":   func(in *discussion.Submission) { in.VerifiedEmail = in.Email },
		"subscriber": func(in *discussion.Submission) { in.User = subscriber },
		"staff":      func(in *discussion.Submission) { in.User = moderator },
		// A typed address proves nothing.
		"impostor": func(in *discussion.Submission) { in.Email = moderator.Email },
	}
}

// The test combines each setting of the site with each one of an article.
func TestWhoMayComment(t *testing.T) {
	each(t, func(d *desk) {
		d.Set("comment.flood", "0")
		writers := d.writers()
		taken := map[models.Commenters][]string{
			models.EveryCommenter:    {"guest", "verified", "subscriber", "staff", "impostor"},
			models.VerifiedCommenter: {"verified", "subscriber", "staff"},
			models.StaffCommenter:    {"staff"},
		}
		refused := map[models.Commenters]string{models.VerifiedCommenter: "verify", models.StaffCommenter: "staff-only", models.NoCommenter: "closed"}
		for _, site := range models.AllCommenters {
			d.Set("comment.who", string(site))
			for _, own := range []models.Commenters{"", models.EveryCommenter, models.VerifiedCommenter, models.StaffCommenter} {
				article := d.Article().ID
				d.SetPolicy(article, newsroom.CommentPolicy{Status: newsroom.CommentsOpen, Who: own})
				rule := own
				if own == "" {
					rule = site
				}
				for name, who := range writers {
					in := d.Submission(article)
					who(&in)
					c, err := d.Post(in)
					if want := slices.Contains(taken[rule], name); (err == nil) != want || !want && (discussiontest.CodeOf(err) != refused[rule] || models.KindOf(err) != models.Forbidden) {
						d.Errorf("site %q, article %q, %s: %v", site, own, name, err)
					}
					if err == nil && name == "impostor" && (c.State != discussion.Held || c.Verified || c.UserID != nil) {
						d.Errorf("the impostor's comment is %+v", c)
					}
				}
			}
		}
		d.CheckCounts()
	})
}

// If the article requires a verified address, the comment gets that address and not
// the typed one.
func TestVerifiedCommenterUsesTheVerifiedAddress(t *testing.T) {
	each(t, func(d *desk) {
		d.Set("comment.flood", "0")
		d.Set("comment.who", "verified")
		article := d.Article().ID
		for _, typed := range []string{"", "victim@example.org", "no address"} {
			in := d.Submission(article)
			in.Email, in.VerifiedEmail = typed, "anna@example.org"
			if c := d.MustPost(in); c.Email != "anna@example.org" || !c.Verified {
				d.Errorf("typed %q: %q, verified %v", typed, c.Email, c.Verified)
			}
		}
	})
}

// The check of the commenter comes where WordPress checks for a registration: after
// the parent, the article and its closing, before the fields.
func TestOrderOfTheCheckOfCommenters(t *testing.T) {
	each(t, func(d *desk) {
		for who, code := range map[models.Commenters]string{models.VerifiedCommenter: "verify", models.StaffCommenter: "staff-only"} {
			d.Set("comment.who", string(who))
			open, closed := d.Article().ID, d.Article().ID
			d.SetPolicy(closed, newsroom.CommentPolicy{Status: newsroom.CommentsClosed})
			for want, change := range map[string]func(*discussion.Submission){
				"parent-gone": func(in *discussion.Submission) { in.ParentID = 1 << 40 },
				"closed":      func(in *discussion.Submission) { in.ArticleID = closed },
				code:          func(in *discussion.Submission) { in.Author, in.Email, in.Text = "", "none", "" },
			} {
				in := d.Submission(open)
				change(&in)
				if _, err := d.Post(in); discussiontest.CodeOf(err) != want || models.KindOf(err) != models.Forbidden {
					d.Errorf("%s: %v, want %s", who, err, want)
				}
				if _, _, err := discussion.Preview(d.Context(), d.DB, d.Site(), in, d.Clock.Now()); discussiontest.CodeOf(err) != want {
					d.Errorf("%s, preview: %v, want %s", who, err, want)
				}
			}
			in := d.Submission(1 << 40)
			if _, err := d.Post(in); models.KindOf(err) != models.NotFound {
				d.Errorf("no article: %v", err)
			}
		}
	})
}

// Only a commenter who needs a verified address is sent a link.
func TestRequestProof(t *testing.T) {
	each(t, func(d *desk) {
		article := d.Article().ID
		ask := func(change func(*discussion.Submission)) (string, error) {
			in := d.Submission(article)
			in.Email = " Anna@Example.org "
			change(&in)
			return discussion.RequestProof(d.Context(), d.DB, d.Site(), in)
		}
		nothing := func(*discussion.Submission) {}
		if email, err := ask(nothing); email != "" || err != nil {
			d.Errorf("where everybody may comment: %q, %v", email, err)
		}
		d.SetPolicy(article, newsroom.CommentPolicy{Status: newsroom.CommentsOpen, Who: models.VerifiedCommenter})
		if email, err := ask(func(in *discussion.Submission) { in.VerifiedEmail = "anna@example.org" }); email != "" || err != nil {
			d.Errorf("verified already: %q, %v", email, err)
		}
		for _, typed := range []string{"", " ", "none", "a@b@c"} {
			if _, err := ask(func(in *discussion.Submission) { in.Email = typed }); models.KindOf(err) != models.Invalid {
				d.Errorf("%q: %v", typed, err)
			}
		}
		d.Ban(bans.Banned, bans.TargetNetwork, "10.77.0.0/24")
		if _, err := ask(func(in *discussion.Submission) { in.IP = netip.MustParseAddr("10.77.0.9") }); discussiontest.CodeOf(err) != "banned" {
			d.Errorf("banned: %v", err)
		}
		if n := d.jobs(discussion.JobProof); n != 0 {
			d.Errorf("%d jobs before one was needed", n)
		}
		email, err := ask(nothing)
		if n := d.jobs(discussion.JobProof); email != "anna@example.org" || err != nil || n != 1 {
			d.Errorf("%q, %v, %d jobs", email, err, n)
		}
		d.SetPolicy(article, newsroom.CommentPolicy{Status: newsroom.CommentsOpen, Who: models.StaffCommenter})
		if _, err := ask(nothing); discussiontest.CodeOf(err) != "staff-only" {
			d.Errorf("where the newsroom writes: %v", err)
		}
	})
}

func (d *desk) jobs(kind string) (n int) {
	d.Helper()
	if err := d.DB.Query(d.Context()).Raw("SELECT COUNT(*) FROM jobs WHERE kind = ?", kind).Scan(&n).Error; err != nil {
		d.Fatal(err)
	}
	return n
}

// Unknown values are refused, the policy survives another save of the article, and
// each change is logged.
func TestCommentPolicyOfAnArticle(t *testing.T) {
	each(t, func(d *desk) {
		a := d.Article()
		for _, who := range []models.Commenters{"closed", "nobody", "site", "EVERYONE"} {
			err := newsroom.SetCommentPolicy(d.Context(), d.DB, models.Actor{Name: "Mona"}, a.ID, newsroom.CommentPolicy{Status: newsroom.CommentsOpen, Who: who})
			if models.KindOf(err) != models.Invalid {
				d.Errorf("%q: %v", who, err)
			}
		}
		want := newsroom.CommentPolicy{Status: newsroom.CommentsOpen, Who: models.StaffCommenter, RecommendsOff: true}
		d.SetPolicy(a.ID, want)
		if _, _, err := newsroom.Save(d.Context(), d.DB, models.ActorCommand, newsroom.AnyVersion, newsroom.Manuscript{ID: a.ID, Title: "Another headline", Body: "Text."}); err != nil {
			d.Fatal(err)
		}
		if got := d.Reload(a.ID).CommentPolicy(); got != want {
			d.Errorf("after another save: %+v", got)
		}
		_, _, err := newsroom.Save(d.Context(), d.DB, models.ActorCommand, newsroom.AnyVersion, newsroom.Manuscript{ID: a.ID, Title: "A third", Body: "Text.", Commenters: models.VerifiedCommenter, RecommendsOff: new(bool)})
		if err != nil {
			d.Fatal(err)
		}
		if got := d.Reload(a.ID).CommentPolicy(); got.Who != models.VerifiedCommenter || got.RecommendsOff {
			d.Errorf("as the manuscript says: %+v", got)
		}
		changes, err := d.PolicyChanges(a.ID)
		if err != nil || len(changes) != 1 || changes[0].After != "open, by staff, no recommending" {
			d.Errorf("%+v (%v)", changes, err)
		}
	})
}

// A comment from an account has the account's name. A moderator's comment needs no
// approval.
func TestCommentsFromAccounts(t *testing.T) {
	each(t, func(d *desk) {
		article := d.Article()
		hire := func(name string, role people.Role) *people.User {
			u, err := people.CreateAccount(d.Context(), d.DB, models.ActorShell, people.NewAccount{Name: name, Email: name + "@courier.example", Role: role})
			if err != nil {
				d.Fatal(err)
			}
			return u
		}
		d.Set("comment.hold-all", "true")
		mona, sue := hire("Mona", people.Moderator), hire("Sue", people.Subscriber)
		say := func(u *people.User, text string) *discussion.Comment {
			in := d.Submission(article.ID)
			in.User, in.Author, in.Email, in.URL, in.Text = u, "Otto Kern", "otto@evil.example", "https://evil.example/", text
			return d.MustPost(in)
		}
		one := say(mona, "From the desk, with http://a.example/ and http://b.example/ in it.")
		two := say(mona, "And another at once.")
		for _, c := range []*discussion.Comment{one, two} {
			if c.State != discussion.Approved || c.Author != "Mona" || c.Email != "mona@courier.example" || c.URL != "" || *c.UserID != mona.ID || len(c.Reasons) != 0 {
				d.Errorf("%+v", c)
			}
		}
		three := say(sue, "A reader with an account.")
		if three.State != discussion.Held || three.Author != "Sue" {
			d.Errorf("%+v", three)
		}
		d.Set("comment.hold-all", "false")
		d.Decide(discussion.DoApprove, three.ID)
		d.Set("comment.flood", "0")
		if four := say(sue, "Again."); four.State != discussion.Approved {
			d.Errorf("an approved account is held: %+v", four)
		}
		d.CheckCounts()
	})
}

// A comment policy is logged apart from the settings. So a moderator can close an
// article's comments while an editor changes the rules.
func TestCommentPolicyIsNoChangeOfSettings(t *testing.T) {
	each(t, func(d *desk) {
		a := d.Article()
		seen, err := settings.Version(d.Context(), d.DB)
		if err != nil {
			d.Fatal(err)
		}
		err = newsroom.SetCommentPolicy(d.Context(), d.DB, models.Actor{Name: "Mona"}, a.ID, newsroom.CommentPolicy{Status: newsroom.CommentsClosed})
		if err != nil {
			d.Fatal(err)
		}
		if err := settings.Save(d.Context(), d.DB, models.Actor{Name: "Edith"}, seen, map[string]string{"comment.flood": "0"}); err != nil {
			d.Errorf("the editor's save is refused: %v", err)
		}
		if err := settings.Save(d.Context(), d.DB, models.Actor{Name: "Otto"}, seen, map[string]string{"comment.flood": "20"}); models.KindOf(err) != models.Conflict {
			d.Errorf("a save of rules that were changed in between: %v", err)
		}
	})
}
