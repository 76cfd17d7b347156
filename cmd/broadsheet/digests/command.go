package digests

import (
	"context"
	"io"
	"os"

	"broadsheet/models"
	"broadsheet/models/digest"
	"broadsheet/models/people"
	"broadsheet/models/subscription"
)

// Env has the parts of the program that the commands use.
type Env struct {
	Context  context.Context
	In       io.Reader
	Out, Err io.Writer
	Use      func(func(*models.DB) error) error // opens the database for a function
	Keys     func() (*models.Keyring, error)    // nil for a site without keys, which signed nothing
}

// Command has the commands about digests by mail, with their options.
type Command struct {
	List        listCmd        `cmd:"" help:"List the newest digests with how far they are."`
	Preview     previewCmd     `cmd:"" help:"Print the next digest as it would be now."`
	Stop        stopCmd        `cmd:"" help:"Send no further mail of a digest."`
	Subscribers subscribersCmd `cmd:"" help:"Print the confirmed subscribers as CSV."`
	Import      importCmd      `cmd:"" help:"Add subscribers of another system, who agreed there."`
	Bounce      bounceCmd      `cmd:"" help:"Read the report of a digest that came back, and give up an address that does not exist."`
}

type (
	listCmd    struct{}
	previewCmd struct {
		Weekly  bool   `help:"The weekly digest instead of the daily one."`
		Section string `placeholder:"PATH" help:"Of one section, such as world-news/europe, instead of the whole paper."`
	}
	stopCmd struct {
		Number int64 `arg:"" help:"The digest's number in 'digest list'."`
	}
	subscribersCmd struct{}
	importCmd      struct {
		File    string `arg:"" help:"A CSV file with the columns of 'digest subscribers'; - reads standard input."`
		Consent string `required:"" placeholder:"NOTE" help:"How these readers agreed to the mail, for the audit."`
	}
	bounceCmd struct {
		File string `arg:"" help:"The report (RFC 3464); - reads standard input, as a mail server's pipe sends it."`
	}
)

// Run lists digests.
func (listCmd) Run(e Env) error {
	return e.Use(func(db *models.DB) error { return List(e.Context, db, e.Out) })
}

// Run prints the next digest.
func (c previewCmd) Run(e Env) error {
	frequency := subscription.Daily
	if c.Weekly {
		frequency = subscription.Weekly
	}
	return e.Use(func(db *models.DB) error { return Preview(e.Context, db, e.Out, frequency, c.Section) })
}

// Run stops a digest.
func (c stopCmd) Run(e Env) error {
	return e.Use(func(db *models.DB) error { return digest.Stop(e.Context, db, c.Number) })
}

// Run exports the subscribers.
func (subscribersCmd) Run(e Env) error {
	return e.Use(func(db *models.DB) error { return Export(e.Context, db, e.Out) })
}

// Run imports subscribers.
func (c importCmd) Run(e Env) error {
	return e.read(c.File, func(in io.Reader) error {
		return e.Use(func(db *models.DB) error { return Import(e.Context, db, in, c.Consent, e.Out, e.Err) })
	})
}

// Run handles a report of a mail that came back.
func (c bounceCmd) Run(e Env) error {
	keys, err := e.Keys()
	if err != nil {
		return err
	}
	return e.read(c.File, func(in io.Reader) error {
		return e.Use(func(db *models.DB) error { return Bounce(e.Context, db, people.LinksOf(keys), in, e.Out) })
	})
}

// read calls fn with a file, or with standard input for "-".
func (e Env) read(name string, fn func(io.Reader) error) error {
	if name == "-" {
		return fn(e.In)
	}
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	return fn(file)
}
