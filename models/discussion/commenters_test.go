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
)

// writers are everybody who could come to comment.
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
		// What is typed proves nothing.
		"impostor": func(in *discussion.Submission) { in.Email = moderator.Email },
	}
}

// Every circle of the site with every one of an article: who is taken, and
// what the others are told.
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

// Where verified readers write, they write under the address that they have
// shown to be theirs, whatever they type.
func TestAVerifiedReaderWritesUnderTheOwnAddress(t *testing.T) {
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

// The question who may comment comes where WordPress asks whether somebody is
// registered: after the parent, the article and its closing, before the
// fields.
func TestWhoMayCommentIsAskedInItsPlace(t *testing.T) {
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

// A link is sent to whoever needs one, and only there.
func TestProofIsAskedForWhereItIsNeeded(t *testing.T) {
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
		d.Ban(people.Banned, people.TargetNetwork, "10.77.0.0/24")
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

// An article's own rules are refused where they are none, kept when it is
// saved again, and every change stands in the log.
func TestAnArticlesOwnRules(t *testing.T) {
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
		changes, err := newsroom.CommentPolicyChanges(d.Context(), d.DB, a.ID)
		if err != nil || len(changes) != 1 || changes[0].After != "open, by staff, no recommending" {
			d.Errorf("%+v (%v)", changes, err)
		}
	})
}
