package digest_test

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/digest"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/discussiontest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/frontplan"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/subscription"
)

// paper is a site with subscribers.
type paper struct{ *discussiontest.Desk }

func each(t *testing.T, test func(p *paper)) {
	discussiontest.Each(t, func(d *discussiontest.Desk) { test(&paper{d}) })
}

func (p *paper) check(err error) {
	p.Helper()
	if err != nil {
		p.Fatal(err)
	}
}

// publish saves an article of a category that was published some time ago.
func (p *paper) publish(title, category string, ago time.Duration) *newsroom.Article {
	p.Helper()
	a, _, err := newsroom.Save(p.Context(), p.DB, models.ActorCommand, newsroom.AnyVersion, newsroom.Manuscript{
		Title: title, Body: "Text.", Categories: []taxonomy.CategoryRef{{Path: category}}, PublishedAt: p.Clock.Now().Add(-ago),
	})
	p.check(err)
	return a
}

// move gives an article another status.
func (p *paper) move(a *newsroom.Article, to newsroom.Status) {
	p.Helper()
	p.check(p.DB.Write(p.Context(), func(tx *models.Tx) error {
		return newsroom.MoveStatus(p.Context(), tx, models.ActorCommand, a.ID, to, "a note", nil)
	}))
}

// list returns the id of a category.
func (p *paper) list(path string) int64 { return p.Site().Categories.ByPath(path).ID }

// subscribe adds a confirmed subscriber and returns the number.
func (p *paper) subscribe(email string, f subscription.Frequency, lists ...int64) int64 {
	p.Helper()
	p.check(p.DB.Write(p.Context(), func(tx *models.Tx) error {
		_, err := subscription.Import(p.Context(), tx, func(int64) bool { return true },
			subscription.Imported{Email: email, Choice: subscription.Choice{Lists: lists, Frequency: f}})
		return err
	}))
	var id int64
	p.check(p.DB.Query(p.Context()).Raw("SELECT id FROM digest_subscriptions WHERE email = ?", email).Scan(&id).Error)
	return id
}

// issues returns all issues, oldest first, after the due ones were built and queued.
func (p *paper) issues() (list []digest.Issue) {
	p.Helper()
	p.check(digest.Begin(p.Context(), p.DB))
	p.check(digest.Queue(p.Context(), p.DB))
	p.check(p.DB.Query(p.Context()).Order("id").Find(&list).Error)
	return list
}

// nextHour advances to the next hour of the digests.
func (p *paper) nextHour() {
	now := p.Clock.Now()
	next := time.Date(now.Year(), now.Month(), now.Day(), 7, 0, 0, 0, time.UTC)
	if !next.After(now) {
		next = next.AddDate(0, 0, 1)
	}
	p.Clock.Advance(next.Sub(now))
}

// titles returns the headlines of an issue for some lists.
func (p *paper) titles(issue *digest.Issue, lists ...int64) (titles []string) {
	p.Helper()
	content, err := digest.ContentOf(p.Context(), p.DB, p.Site(), issue, lists)
	p.check(err)
	for _, l := range content.Lists {
		for _, s := range l.Stories {
			titles = append(titles, s.Title)
		}
	}
	return titles
}

func TestAnIssueHasTheStoriesSinceTheLastOne(t *testing.T) {
	each(t, func(p *paper) {
		p.publish("Of last week", "world", 7*24*time.Hour)
		p.publish("Of yesterday", "world", 3*time.Hour)
		east := p.publish("In the east", "world/east", 2*time.Hour)
		p.subscribe("anna@example.org", subscription.Daily, subscription.Paper)
		p.subscribe("ben@example.org", subscription.Daily, p.list("world"), subscription.Paper)
		p.subscribe("cleo@example.org", subscription.Daily, p.list("world/east"))
		p.nextHour()
		issues := p.issues()
		if len(issues) != 2 || issues[0].Recipients != 3 || issues[0].Frequency != subscription.Daily || issues[1].Recipients != 0 {
			p.Fatalf("%+v", issues) // the next day is a Saturday: a weekly one without subscribers
		}
		first := &issues[0]
		if got := p.titles(first, subscription.Paper); !slices.Equal(got, []string{"In the east", "Of yesterday"}) {
			p.Errorf("the paper has %q", got)
		}
		if got := p.titles(first, p.list("world/east"), subscription.Paper); len(got) != 2 {
			p.Errorf("a story of two lists is sent twice: %q", got)
		}
		// Withdrawn between building and sending: left out.
		p.move(east, newsroom.Withdrawn)
		if got := p.titles(first, subscription.Paper); !slices.Equal(got, []string{"Of yesterday"}) {
			p.Errorf("with a withdrawn story: %q", got)
		}
		if got := p.titles(first, p.list("world/east")); len(got) != 0 {
			p.Errorf("a list of a withdrawn story: %q", got)
		}
		// Nothing new: no mail. Published again: not sent again.
		p.move(east, newsroom.Published)
		p.nextHour()
		issues = p.issues()
		if last := issues[len(issues)-1]; last.Frequency != subscription.Daily || last.Recipients != 0 || last.QueuedAt.IsZero() {
			p.Errorf("without news: %+v", last)
		}
		p.Clock.Advance(2 * time.Hour)
		p.publish("The next one", "world", time.Hour)
		p.nextHour()
		issues = p.issues()
		if got := p.titles(&issues[len(issues)-1], subscription.Paper); !slices.Equal(got, []string{"The next one"}) {
			p.Errorf("the third day has %q", got)
		}
	})
}

// An article that appears after its own date, because the server was down at that
// minute, is in the next issue. One of an archive is not.
func TestAStoryThatAppearsLateIsSent(t *testing.T) {
	each(t, func(p *paper) {
		p.subscribe("anna@example.org", subscription.Daily, subscription.Paper)
		p.publish("Early", "world", time.Hour)
		p.nextHour()
		p.issues()
		due := p.Clock.Now().Add(-10 * time.Minute)
		p.publish("Late", "world", time.Hour)
		p.publish("Archive", "world", 90*24*time.Hour)
		for _, title := range []string{"Late", "Archive"} {
			p.check(p.DB.Write(p.Context(), func(tx *models.Tx) error {
				return tx.Query(p.Context()).Exec("UPDATE articles SET status_at = ? WHERE title = ?", models.At(p.Clock.Now().Add(time.Hour)), title).Error
			}))
		}
		p.check(p.DB.Write(p.Context(), func(tx *models.Tx) error {
			return tx.Query(p.Context()).Exec("UPDATE articles SET published_at = ? WHERE title = 'Late'", models.At(due)).Error
		}))
		p.nextHour()
		issues := p.issues()
		if got := p.titles(&issues[len(issues)-1], subscription.Paper); !slices.Equal(got, []string{"Late"}) {
			p.Errorf("%q", got)
		}
	})
}

func TestPlacementCommentsAndRecommendationsRank(t *testing.T) {
	each(t, func(p *paper) {
		p.TrustAll()
		p.Set("comment.flood", "0")
		p.subscribe("anna@example.org", subscription.Daily, subscription.Paper)
		p.publish("Quiet and newest", "world", time.Hour)
		read := p.publish("Read", "world", 150*time.Minute)
		loud := p.publish("Discussed", "world", 2*time.Hour)
		pinned := p.publish("Pinned", "world", 3*time.Hour)
		p.check(p.DB.Write(p.Context(), func(tx *models.Tx) error {
			return pin(p.Context(), tx, 0, pinned.ID, models.Time{})
		}))
		var said []*discussion.Comment
		for i := range 6 {
			in := p.Saying(loud.ID, fmt.Sprint("A thought, number ", i))
			in.IP = netip.AddrFrom4([4]byte{10, 1, byte(i), 1})
			said = append(said, p.MustPost(in))
		}
		p.check(p.DB.Write(p.Context(), func(tx *models.Tx) error {
			return tx.Query(p.Context()).Exec("UPDATE comments SET recommends = id WHERE id <> ?", said[0].ID).Error
		}))
		p.check(p.DB.Write(p.Context(), func(tx *models.Tx) error {
			return tx.Query(p.Context()).Exec("INSERT INTO read_windows (days, article_id, counted, robots, prefetches, repeats) VALUES (1, ?, 900, 0, 0, 0)", read.ID).Error
		}))
		p.nextHour()
		issue := p.issues()[0]
		if got := p.titles(&issue, subscription.Paper); !slices.Equal(got, []string{"Pinned", "Read", "Discussed", "Quiet and newest"}) {
			p.Errorf("%q", got)
		}
		p.Decide(discussion.DoSpam, said[5].ID)
		content, err := digest.ContentOf(p.Context(), p.DB, p.Site(), &issue, []int64{subscription.Paper})
		p.check(err)
		var ids []int64
		for _, c := range content.Comments {
			ids = append(ids, c.ID)
		}
		if !slices.Equal(ids, []int64{said[4].ID, said[3].ID}) {
			p.Errorf("comments %v: want the most recommended ones that are still public", ids)
		}
	})
}

// Two instances at the same moment build one issue, and give each subscriber one job.
func TestTwoInstancesMakeOneIssue(t *testing.T) {
	each(t, func(p *paper) {
		const subscribers = 450
		p.publish("The story", "world", time.Hour)
		for i := range subscribers {
			p.subscribe(fmt.Sprintf("r%d@example.org", i), subscription.Daily, subscription.Paper)
		}
		p.check(digest.SetOpening(p.Context(), p.DB, models.Actor{Name: "Ida"}, subscription.Daily, "Good morning.", 0))
		p.nextHour()
		var both sync.WaitGroup
		for range 3 {
			both.Go(func() {
				if err := digest.Begin(p.Context(), p.DB); err != nil {
					p.Error(err)
				}
				if err := digest.Queue(p.Context(), p.DB); err != nil {
					p.Error(err)
				}
			})
		}
		both.Wait()
		issues := p.issues()
		var jobs, keys int64
		p.check(p.DB.Query(p.Context()).Raw("SELECT COUNT(*) FROM jobs WHERE kind = ?", digest.JobIssue).Scan(&jobs).Error)
		p.check(p.DB.Query(p.Context()).Raw("SELECT COUNT(DISTINCT key) FROM jobs WHERE kind = ?", digest.JobIssue).Scan(&keys).Error)
		if issues[0].Recipients != subscribers || jobs != subscribers || keys != subscribers || issues[0].Opening != "Good morning." {
			p.Errorf("%d jobs, %+v", jobs, issues[0])
		}
		opening, err := digest.OpeningOf(p.Context(), p.DB, subscription.Daily)
		if err != nil || opening.Text != "" {
			p.Errorf("the words stay for the next issue: %+v (%v)", opening, err)
		}
	})
}

func TestOpeningWordsHaveAnOptimisticLock(t *testing.T) {
	each(t, func(p *paper) {
		set := func(text string, version int) error {
			return digest.SetOpening(p.Context(), p.DB, models.Actor{Name: "Ida"}, subscription.Weekly, text, version)
		}
		p.check(set("One", 0))
		if err := set("Two", 0); models.KindOf(err) != models.Conflict {
			p.Errorf("a stale change: %v", err)
		}
		p.check(set("Two", 1))
		p.check(set(" \n ", 2))
		now, err := digest.OpeningOf(p.Context(), p.DB, subscription.Weekly)
		if err != nil || now.Text != "" || now.Version != 3 {
			p.Errorf("%+v (%v)", now, err)
		}
		if err := set(strings.Repeat("x", digest.MaxOpening+1), 3); models.KindOf(err) != models.Invalid {
			p.Errorf("a long text: %v", err)
		}
	})
}

func TestAServerThatRefusesTheIssueStopsIt(t *testing.T) {
	each(t, func(p *paper) {
		p.publish("The story", "world", time.Hour)
		id := p.subscribe("anna@example.org", subscription.Daily, subscription.Paper)
		p.nextHour()
		issue := p.issues()[0]
		load := func() *digest.Issue {
			i, err := digest.ByID(p.Context(), p.DB, issue.ID)
			p.check(err)
			return i
		}
		refuse := func(n int) {
			for range n {
				p.check(digest.RecordRefusal(p.Context(), p.DB, issue.ID, "5.7.1"))
			}
		}
		refuse(2)
		if i := load(); !i.HeldUntil.IsZero() || i.Refusals != 2 {
			p.Errorf("after two refusals: %+v", i)
		}
		p.check(digest.Record(p.Context(), p.DB, issue.ID, id, digest.Sent))
		refuse(3)
		if i := load(); !i.HeldUntil.After(p.Clock.Now()) || !i.StoppedAt.IsZero() || i.Error != "5.7.1" {
			p.Errorf("after three in a row: %+v", i)
		}
		refuse(9)
		if i := load(); i.StoppedAt.IsZero() || i.Waiting() != 0 {
			p.Errorf("after twelve: %+v", i)
		}
	})
}

// pin puts an article into a place of the front page until a time.
func pin(ctx context.Context, tx *models.Tx, place int, article int64, until models.Time) error {
	_, err := frontplan.Change(ctx, tx, models.ActorCommand, frontplan.AnyVersion, frontplan.Arrange,
		func(a *frontplan.Arrangement, now time.Time) error {
			a.Place(frontplan.Slot(place), article, until, now)
			return nil
		})
	return err
}
