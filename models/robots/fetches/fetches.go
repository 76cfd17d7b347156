package fetches

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"broadsheet/models"
)

// Kept is how long the figures are kept.
const Kept = 92 * 24 * time.Hour

// Outcome is the result of a request of a robot.
type Outcome int

// The outcomes. The first three are answered requests.
const (
	Page   Outcome = iota // a page of the site
	Feed                  // a feed
	File                  // robots.txt, a sitemap, a picture, a stylesheet
	Denied                // the settings turn the robot away
	Slowed                // the robot asks too fast
	outcomes
)

// Row is a row of robot_fetches.
type Row struct {
	Day                                 int    `gorm:"primaryKey;autoIncrement:false"` // 20261126, in UTC
	Agent                               string `gorm:"primaryKey"`                     // a name of robots.Agents
	Pages, Feeds, Files, Denied, Slowed int
}

// TableName names the table for GORM.
func (Row) TableName() string { return "robot_fetches" }

var rowColumns = models.ColumnsOf[Row]()

// counts has one number for each outcome.
type counts [outcomes]int

type key struct {
	day   int
	agent string
}

// Counter counts in memory, so that a request costs no write. It is safe for use by
// several goroutines.
type Counter struct {
	mu    sync.Mutex
	count map[key]*counts
}

// Add counts a request. agent is a name of robots.Agents, so the memory is bounded.
func (c *Counter) Add(now time.Time, agent string, outcome Outcome) {
	k := key{dayOf(now), agent}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.count == nil {
		c.count = map[key]*counts{}
	}
	if c.count[k] == nil {
		c.count[k] = &counts{}
	}
	c.count[k][outcome]++
}

func dayOf(t time.Time) int {
	y, m, d := t.UTC().Date()
	return (y*100+int(m))*100 + d
}

// Flush adds the counted requests to the table. If the write fails, they count
// again at the next flush.
func (c *Counter) Flush(ctx context.Context, db *models.DB) error {
	c.mu.Lock()
	taken := c.count
	c.count = nil
	c.mu.Unlock()
	if len(taken) == 0 {
		return nil
	}
	keys := slices.SortedFunc(maps.Keys(taken), func(x, y key) int {
		return cmp.Or(cmp.Compare(x.day, y.day), cmp.Compare(x.agent, y.agent))
	})
	var args []any
	for _, k := range keys {
		n := taken[k]
		args = append(args, k.day, k.agent, n[Page], n[Feed], n[File], n[Denied], n[Slowed])
	}
	groups := strings.TrimSuffix(strings.Repeat("(?, ?, ?, ?, ?, ?, ?), ", len(keys)), ", ")
	err := db.Write(ctx, func(tx *models.Tx) error {
		return tx.Query(ctx).Exec(`INSERT INTO robot_fetches (`+rowColumns.List("")+`) VALUES `+groups+`
			ON CONFLICT (day, agent) DO UPDATE SET pages = robot_fetches.pages + excluded.pages,
				feeds = robot_fetches.feeds + excluded.feeds, files = robot_fetches.files + excluded.files,
				denied = robot_fetches.denied + excluded.denied, slowed = robot_fetches.slowed + excluded.slowed`, args...).Error
	})
	if err != nil {
		c.putBack(taken)
	}
	return err
}

func (c *Counter) putBack(taken map[key]*counts) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.count == nil {
		c.count = map[key]*counts{}
	}
	for k, n := range taken {
		if c.count[k] == nil {
			c.count[k] = &counts{}
		}
		for i := range n {
			c.count[k][i] += n[i]
		}
	}
}

// Since returns the rows of the last days, today among them, newest day first.
func Since(ctx context.Context, r models.Queryer, now time.Time, days int) ([]Row, error) {
	return rowColumns.All(ctx, r, "SELECT "+rowColumns.List("")+" FROM robot_fetches WHERE day > ? ORDER BY day DESC, agent",
		dayOf(now.AddDate(0, 0, -days)))
}

// Prune deletes the rows that are older than [Kept].
func Prune(ctx context.Context, db *models.DB) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		return tx.Query(ctx).Where("day < ?", dayOf(tx.Now.Add(-Kept))).Delete(&Row{}).Error
	})
}
