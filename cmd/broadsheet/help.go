package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"broadsheet/models"
	"broadsheet/views/manual"

	"github.com/alecthomas/kong"
)

// helpCmd prints the help of a command or a topic of the manual.
type helpCmd struct {
	Command []string `arg:"" optional:"" name:"command or topic" help:"The words of a command, or a topic of the manual."`
}

// Run prints the help of the named command, as --help does, or the topic.
func (c helpCmd) Run(a *app) error {
	if len(c.Command) == 1 {
		if topic := manual.Find(c.Command[0]); topic != nil {
			_, err := io.WriteString(a.stdout, topic.Text())
			return err
		}
	}
	node := a.parser.Model.Node
	for _, name := range c.Command {
		i := slices.IndexFunc(node.Children, func(child *kong.Node) bool { return child.Name == name })
		if i < 0 {
			words := strings.Join(c.Command, " ")
			return models.Errorf(models.Invalid, "there is no command or topic %q; 'broadsheet help' lists all", words)
		}
		node = node.Children[i]
	}
	trace, err := kong.Trace(a.parser, c.Command)
	if err != nil {
		return err
	}
	return trace.PrintUsage(false)
}

// printHelp prints kong's help. It adds the topics of the manual to the help of
// the whole program.
func printHelp(options kong.HelpOptions, ctx *kong.Context) error {
	if err := kong.DefaultHelpPrinter(options, ctx); err != nil || ctx.Selected() != nil || ctx.Model == nil {
		return err
	}
	if len(ctx.Path) > 1 {
		return nil
	}
	fmt.Fprint(ctx.Stdout, "\nTopics of the manual (broadsheet help TOPIC):\n")
	for _, t := range manual.Topics() {
		fmt.Fprintf(ctx.Stdout, "  %-15s%s\n", t.Name, t.Title)
	}
	return nil
}
