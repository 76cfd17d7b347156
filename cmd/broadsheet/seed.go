package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"broadsheet/cmd/broadsheet/demo"
	"broadsheet/cmd/broadsheet/filldemo"
	"broadsheet/models"
	"broadsheet/models/blob"
	"broadsheet/models/discussion"
	"broadsheet/models/people"
	"broadsheet/models/synthetic"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

type seedCmd struct {
	Articles int    `default:"1000" help:"How many articles to add (${default})."`
	Comments int    `default:"10000" help:"How many comments to add (${default})."`
	Held     int    `placeholder:"N" help:"How many of the comments are held (one in twenty)."`
	Staff    int    `placeholder:"N" help:"How many moderators to add, who have decided comments. Set a password with people passwd."`
	Index    bool   `help:"Also index the comments for the search of the desk; the server does that too, while it runs."`
	Seed     uint64 `default:"1" help:"Start of the random numbers: the same number gives the same articles (${default})."`
	Words    int    `default:"350" help:"Mean length of an article in words (${default})."`
	Texts    string `placeholder:"FOLDER" type:"existingdir" help:"Mix the articles of the real ones in this folder."`
	Pictures bool   `default:"true" negatable:"" help:"Give two articles in three a drawn picture."`
}

// seedScenes are the pictures of a synthetic site.
var seedScenes = []string{
	"harbour", "skyline", "mountains", "fields", "stadium", "laboratory",
	"railway", "market", "parliament", "storm", "hospital", "forest",
}

func (c seedCmd) Run(a *app) error {
	if c.Articles < 0 || c.Comments < 0 || c.Held < 0 || c.Held > c.Comments || c.Words < 1 {
		return models.Errorf(models.Invalid,
			"--articles and --comments cannot be negative, --held is at most --comments, --words is at least 1")
	}
	// A database that does not exist yet can be filled without safe writes.
	_, err := os.Stat(a.dsn())
	a.filling = errors.Is(err, fs.ErrNotExist)
	return a.use(func(db *models.DB) error {
		begin := time.Now()
		var pictures []int64
		if c.Pictures && c.Articles > 0 {
			var err error
			if pictures, err = a.seedPictures(db); err != nil {
				return err
			}
		}
		var texts []synthetic.Text
		if c.Texts != "" {
			var err error
			if texts, err = synthetic.ReadTexts(c.Texts); err != nil {
				return err
			}
		}
		count := a.counter("articles", c.Articles)
		err := synthetic.AddArticles(a.ctx, db, synthetic.Articles{
			Count: c.Articles, Seed: c.Seed, Words: c.Words, Pictures: pictures, Texts: texts, Progress: count,
		})
		if err != nil {
			return err
		}
		for i := range c.Staff {
			_, err := people.CreateAccount(a.ctx, db, models.ActorCommand, people.NewAccount{
				Name: fmt.Sprint("Moderator ", i+1), Email: fmt.Sprintf("moderator%d@example.org", i+1), Role: people.Moderator,
			})
			if err != nil {
				return err
			}
		}
		count = a.counter("comments", c.Comments)
		err = synthetic.AddComments(a.ctx, db, synthetic.Comments{Count: c.Comments, Held: c.Held, Seed: c.Seed, Progress: count})
		if err == nil && c.Index {
			err = discussion.IndexComments(a.ctx, db)
		}
		if err != nil {
			return err
		}
		took := time.Since(begin).Round(time.Second / 10)
		_, err = fmt.Fprintf(a.stdout, "%d articles and %d comments added in %s\n", c.Articles, c.Comments, took)
		return err
	})
}

func (a *app) seedPictures(db *models.DB) ([]int64, error) {
	store, err := blob.NewDisk(a.mediaDir())
	if err != nil {
		return nil, err
	}
	var ids []int64
	for i, scene := range seedScenes {
		picture := &demo.Picture{Scene: scene, Alt: "A drawn " + scene, Credit: "Drawn by the program"}
		id, err := filldemo.DrawPicture(a.ctx, db, store, uint64(i), picture)
		if err != nil {
			return nil, err
		}
		ids = append(ids, *id)
	}
	return ids, nil
}

// counter returns a function that shows the progress on a terminal, nil
// elsewhere.
func (a *app) counter(what string, total int) func(done int) {
	f, ok := a.stderr.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return nil
	}
	bar := progressbar.NewOptions(total, progressbar.OptionSetWriter(f), progressbar.OptionSetDescription(what),
		progressbar.OptionShowCount(), progressbar.OptionClearOnFinish())
	return func(done int) { _ = bar.Set(done) } // only a display
}
