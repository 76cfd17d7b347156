package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// "help" with the words of a command prints the same text as the command with
// --help.
func TestHelpExplainsEveryCommand(t *testing.T) {
	t.Parallel()
	parser, err := newParser(&commands{})
	if err != nil {
		t.Fatal(err)
	}
	explained := 0
	var walk func(node *kong.Node, words []string)
	walk = func(node *kong.Node, words []string) {
		for _, child := range node.Children {
			if child.Type != kong.CommandNode {
				continue
			}
			path := append(append([]string{}, words...), child.Name)
			explained++
			help, flag, complaint := bytes.Buffer{}, bytes.Buffer{}, bytes.Buffer{}
			if code := run(append([]string{"help"}, path...), nil, &help, &complaint); code != 0 || complaint.Len() > 0 {
				t.Errorf("help %s: code %d, %s", strings.Join(path, " "), code, &complaint)
			}
			if code := run(append(path, "--help"), nil, &flag, &complaint); code != 0 {
				t.Errorf("%s --help: code %d", strings.Join(path, " "), code)
			}
			if help.String() != flag.String() || !strings.Contains(help.String(), child.Name) {
				t.Errorf("help %s prints\n%s\nwant\n%s", strings.Join(path, " "), &help, &flag)
			}
			walk(child, path)
		}
	}
	walk(parser.Model.Node, nil)
	if explained < 15 {
		t.Errorf("only %d commands", explained)
	}
	for _, words := range [][]string{{"help", "nothing"}, {"help", "comment", "nothing"}, {"help", "serve", "comment"}} {
		var out, complaint bytes.Buffer
		if code := run(words, nil, &out, &complaint); code != exitUsage || out.Len() > 0 || !strings.Contains(complaint.String(), "there is no command") {
			t.Errorf("%v: code %d, %q, %q", words, code, &out, &complaint)
		}
	}
}
