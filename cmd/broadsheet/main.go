package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"broadsheet/cmd/broadsheet/digests"
	"broadsheet/models"

	"github.com/alecthomas/kong"
)

// version is set by the linker for releases.
var version = "0.1-dev"

func main() {
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// commands are all commands with their options. kong makes the parser, the
// help and the environment variables from it.
type commands struct {
	options

	Serve   serveCmd        `cmd:"" help:"Run the site."`
	Article articleCmd      `cmd:"" help:"Import and publish articles."`
	Digest  digests.Command `cmd:"" help:"List digests by mail, and their subscribers."`
	Comment commentCmd      `cmd:"" help:"Import, list and decide comments."`
	Setting settingCmd      `cmd:"" help:"List and change the site's settings."`
	People  peopleCmd       `cmd:"" help:"Manage accounts."`
	Search  searchCmd       `cmd:"" help:"Build the index of the search again."`
	Seed    seedCmd         `cmd:"" help:"Fill the database with a synthetic site, for load tests."`
	Gallery galleryCmd      `cmd:"" help:"Show every page in every state, for people who work on the views."`
	Migrate migrateCmd      `cmd:"" help:"Show or update the database's schema."`
	Doctor  doctorCmd       `cmd:"" help:"${help_doctor}"`
	Health  healthCmd       `cmd:"" help:"Check that a running server answers; for container health checks."`
	Version versionCmd      `cmd:"" help:"Print the version."`
	Help    helpCmd         `cmd:"" help:"List all commands and topics, or explain one: help comment judge, help moderating."`
}

// Exit codes: 1 for a failure, 2 for wrong use.
const (
	exitFailure = 1
	exitUsage   = 2
)

// newParser returns the parser of the command line.
func newParser(cli *commands, more ...kong.Option) (*kong.Kong, error) {
	return kong.New(cli, append(more, kong.DefaultEnvars("BROADSHEET"), kong.Resolvers(secretFiles{}), longHelp)...)
}

// run runs the program with the given arguments and streams, and returns the
// exit code.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	keepPrivate()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var cli commands
	exited := -1
	parser, err := newParser(&cli,
		kong.Name("broadsheet"),
		kong.Description("A news website in one program: articles, related articles and comments."),
		kong.Writers(stdout, stderr),
		kong.Exit(func(code int) { exited = code }),
		kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Help(printHelp),
	)
	if err != nil {
		fmt.Fprintln(stderr, "broadsheet:", err)
		return exitUsage
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	selected, err := parser.Parse(args)
	if exited >= 0 { // --help was printed
		return exited
	}
	if err != nil {
		fmt.Fprintf(stderr, "broadsheet: %v; 'broadsheet --help' lists commands and options\n", err)
		return exitUsage
	}
	a := &app{ctx: ctx, options: cli.options, parser: parser, stdin: stdin, stdout: stdout, stderr: stderr}
	env := digests.Env{Context: ctx, In: stdin, Out: stdout, Err: stderr, Use: a.use, Keys: a.keyring}
	if err := selected.Run(a, env); err != nil {
		return a.fail(err)
	}
	return 0
}

// fail prints one line with the error and its remedy. It returns the exit
// code.
func (a *app) fail(err error) int {
	if errors.Is(err, errReported) {
		return exitFailure
	}
	text := models.SafeText(err)
	if text == "" {
		text = err.Error()
	} else if e, ok := errors.AsType[*models.Error](err); ok && e.Cause != nil && a.Verbose {
		text += " (" + e.Cause.Error() + ")"
	}
	if e, ok := errors.AsType[*models.Error](err); ok {
		for _, f := range e.Fields {
			text += fmt.Sprintf("; %s: %s", f.Field, f.Code)
			if f.Limit > 0 {
				text += fmt.Sprintf(" (at most %d)", f.Limit)
			}
		}
	}
	fmt.Fprintln(a.stderr, "broadsheet:", text)
	if models.KindOf(err) == models.Invalid {
		return exitUsage
	}
	return exitFailure
}

// errReported is the error of commands that have already printed their errors.
var errReported = errors.New("reported")

type versionCmd struct{}

func (versionCmd) Run(a *app) error {
	_, err := fmt.Fprintln(a.stdout, "broadsheet", version)
	return err
}
