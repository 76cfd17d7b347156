package targets_test

import (
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"broadsheet/models/discussion"
	"broadsheet/models/discussion/discussiontest"
	"broadsheet/models/discussion/targets"
	"broadsheet/models/modeltest"
	"broadsheet/models/queue"
)

func TestMain(m *testing.M) { os.Exit(modeltest.Main(m)) }

func TestRowsMatchTheirTables(t *testing.T) {
	discussiontest.Each(t, func(d *discussiontest.Desk) { modeltest.MatchTables(t, d.DB, targets.Rows...) })
}

// mails returns the waiting mails in the order in which they were queued: target and
// beginning or end.
func mails(d *discussiontest.Desk) (list []string) {
	d.Helper()
	var jobs []queue.Job
	d.Check(d.DB.Query(d.Context()).Where("kind = ?", targets.Job).Order("id").Find(&jobs).Error)
	for _, job := range jobs {
		parts := strings.Fields(job.Key)
		list = append(list, parts[1]+" "+parts[2])
	}
	return list
}

// An alarm sends one mail when it begins and one when it ends, whatever the number of
// instances, and no other mail within the hour.
func TestAnAlarmSendsOneMailAtItsBeginningAndOneAtItsEnd(t *testing.T) {
	discussiontest.Each(t, func(d *discussiontest.Desk) {
		u := d.Moderator()
		d.Check(targets.Ask(d.Context(), d.DB, u.ID, true))
		f := d.Forum()
		first := f.Say("A first thought that waits.")
		check := func(want ...string) {
			d.Helper()
			var running sync.WaitGroup
			for range 3 { // instances
				running.Go(func() {
					if err := targets.Check(d.Context(), d.DB); err != nil {
						d.Error(err)
					}
				})
			}
			running.Wait()
			if got := mails(d); !slices.Equal(got, want) {
				d.Fatalf("mails %v, want %v", got, want)
			}
		}
		missed := func(want int) {
			d.Helper()
			list, err := targets.MissedNow(d.Context(), d.DB, d.Site())
			d.Check(err)
			if len(list) != want {
				d.Errorf("%d targets are missed, want %d: %+v", len(list), want, list)
			}
		}
		d.Clock.Advance(31 * time.Minute)
		check() // without a target there is no alarm
		d.Set("desk.oldest-minutes", "30")
		check("oldest begins")
		missed(1)
		d.Clock.Advance(5 * time.Minute)
		check("oldest begins")
		second := f.Say("A second one.")
		d.Clock.Advance(25 * time.Minute)
		d.Decide(discussion.DoApprove, first.ID)
		check("oldest begins") // 25 minutes are less than the target and more than three quarters
		missed(1)
		d.Decide(discussion.DoApprove, second.ID)
		check("oldest begins", "oldest ends")
		missed(0)

		// Again within the hour: an alarm without a mail, neither at its end.
		f.Say("A third one.")
		d.Clock.Advance(20 * time.Minute)
		d.Set("desk.oldest-minutes", "10")
		check("oldest begins", "oldest ends")
		missed(1)
		// It still lasts an hour after the first mail.
		d.Clock.Advance(15 * time.Minute)
		check("oldest begins", "oldest ends", "oldest begins")
		// Without a target the alarm is over, and a mail would say nothing.
		d.Set("desk.oldest-minutes", "0")
		check("oldest begins", "oldest ends", "oldest begins")
		missed(0)
		d.Set("desk.most-waiting", "1")
		f.Say("A fourth one.")
		check("oldest begins", "oldest ends", "oldest begins", "waiting begins")

		var job queue.Job
		d.Check(d.DB.Query(d.Context()).Where("kind = ?", targets.Job).Order("id DESC").Limit(1).Find(&job).Error)
		m, err := targets.LoadMail(d.Context(), d.DB, job.Key)
		d.Check(err)
		if m == nil || m.User.ID != u.ID || !m.Begins || m.Name != targets.Waiting || m.Limit != 1 {
			d.Errorf("mail %+v", m)
		}
		d.Check(targets.Ask(d.Context(), d.DB, u.ID, false))
		if m, err := targets.LoadMail(d.Context(), d.DB, job.Key); m != nil || err != nil {
			d.Errorf("an account that no longer asks gets %+v, %v", m, err)
		}
	})
}
