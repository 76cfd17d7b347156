package discussion_test

import (
	"testing"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/people"
)

// Who is signed in speaks under the account's own name; who may decide
// comments needs nobody's approval.
func TestThoseSignedInSpeakAsThemselves(t *testing.T) {
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
