package main

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"broadsheet/models/settings"
	"broadsheet/views/manual"

	"github.com/alecthomas/kong"
)

// maxReadmeWords is the largest README.
const maxReadmeWords = 1400

var (
	codeBlock = regexp.MustCompile("(?ms)^```\n(.*?)^```")
	codeSpan  = regexp.MustCompile("`([^`\n]+)`")
	runByGo   = regexp.MustCompile(`^go run \./cmd/broadsheet\b`)
	setting   = regexp.MustCompile(`^(site|article|front|nav|list|related|comment)\.[a-z-]+$`)
	variable  = regexp.MustCompile(`BROADSHEET_[A-Z_]*[A-Z]`)
)

// codeOf returns the code of a Markdown text: each line of its blocks, and each
// span.
func codeOf(markdown string) (list []string) {
	for _, block := range codeBlock.FindAllStringSubmatch(markdown, -1) {
		list = append(list, strings.Split(strings.TrimSpace(block[1]), "\n")...)
	}
	for _, span := range codeSpan.FindAllStringSubmatch(codeBlock.ReplaceAllString(markdown, ""), -1) {
		list = append(list, span[1])
	}
	return list
}

// commandTable is every command of the program by its words, with its flags, and
// the flags of all commands under the empty name.
func commandTable(t *testing.T) map[string][]string {
	t.Helper()
	parser, err := newParser(&commands{})
	if err != nil {
		t.Fatal(err)
	}
	table := map[string][]string{}
	var walk func(node *kong.Node, words []string)
	walk = func(node *kong.Node, words []string) {
		name := strings.Join(words, " ")
		table[name] = []string{}
		for _, flag := range node.Flags {
			table[name] = append(table[name], "--"+flag.Name)
			if flag.Tag.Negatable != "" {
				table[name] = append(table[name], "--no-"+flag.Name)
			}
		}
		for _, child := range node.Children {
			if child.Type == kong.CommandNode {
				walk(child, append(slices.Clone(words), child.Name))
			}
		}
	}
	walk(parser.Model.Node, nil)
	return table
}

// variables are the environment variables that the program, its tests and its
// benchmarks read.
func variables(table map[string][]string) (list []string) {
	for _, flags := range table {
		for _, flag := range flags {
			list = append(list, "BROADSHEET_"+strings.ToUpper(strings.ReplaceAll(flag[2:], "-", "_")))
		}
	}
	for _, name := range secretOptions {
		list = append(list, name)
	}
	return append(list, "BROADSHEET_COHERENCE_STEPS", "BROADSHEET_BENCH_CORES", "BROADSHEET_BENCH_LARGE", "BROADSHEET_BENCH_SECONDS")
}

// commandIn finds the command that a line of code runs: its name and what follows
// it. It returns false for code that is no command of the program.
func commandIn(table map[string][]string, line string) (name string, rest []string, ok bool) {
	words := strings.Fields(runByGo.ReplaceAllString(line, "broadsheet"))
	if len(words) < 2 || words[0] != "broadsheet" {
		return "", nil, false
	}
	words = words[1:]
	for n := min(2, len(words)); n > 0; n-- {
		name := strings.Join(words[:n], " ")
		if _, ok := table[name]; ok && !isGroup(table, name) {
			return name, words[n:], true
		}
	}
	return "", words, true
}

// checkCode returns what is wrong with the commands, flags, settings and
// variables in a text.
func checkCode(table map[string][]string, markdown string) (problems []string) {
	var flags, keys []string
	for _, list := range table {
		flags = append(flags, list...)
	}
	for _, d := range settings.Defs() {
		keys = append(keys, d.Key)
	}
	known := variables(table)
	for _, code := range codeOf(markdown) {
		name, rest, isCommand := commandIn(table, code)
		allowed := slices.Concat(table[name], table[""])
		switch {
		case isCommand && name == "":
			problems = append(problems, fmt.Sprintf("there is no command %q", code))
		case isCommand && name == "help":
			if table[strings.Join(rest, " ")] == nil && (len(rest) != 1 || manual.Find(rest[0]) == nil) && strings.Join(rest, "") != "TOPIC" {
				problems = append(problems, fmt.Sprintf("%q explains nothing", code))
			}
		case isCommand && name == "setting set" && len(rest) > 0 && rest[0] != "KEY" && !slices.Contains(keys, rest[0]):
			problems = append(problems, fmt.Sprintf("there is no setting %q", rest[0]))
		case !isCommand && strings.HasPrefix(code, "--"):
			rest, allowed = strings.Fields(code), flags
		case !isCommand:
			rest = nil
		}
		for _, word := range rest {
			word, _, _ = strings.Cut(word, "=")
			if strings.HasPrefix(word, "--") && !slices.Contains(allowed, word) {
				problems = append(problems, fmt.Sprintf("there is no flag %s in %q", word, code))
			}
		}
		if setting.MatchString(code) && !slices.Contains(keys, code) {
			problems = append(problems, fmt.Sprintf("there is no setting %q", code))
		}
		for _, name := range variable.FindAllString(code, -1) {
			if !slices.Contains(known, name) {
				problems = append(problems, fmt.Sprintf("there is no variable %s", name))
			}
		}
	}
	return problems
}

// Each command, each flag and each setting is in the manual, as code. No topic,
// nor the README, names one that does not exist.
func TestTheManualNamesEveryCommandFlagAndSetting(t *testing.T) {
	t.Parallel()
	table := commandTable(t)
	var code []string
	for _, topic := range manual.Topics() {
		code = append(code, codeOf(topic.Source)...)
		for _, problem := range checkCode(table, topic.Source) {
			t.Errorf("%s: %s", topic.Name, problem)
		}
	}
	named := map[string]bool{}
	for _, line := range code {
		if name, _, ok := commandIn(table, line); ok {
			named[name] = true
		}
		for _, word := range strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(" =|,", r) }) {
			named[word] = true
		}
	}
	for name, flags := range table {
		if name != "" && !isGroup(table, name) && !named[name] {
			t.Errorf("the manual does not name the command %q", "broadsheet "+name)
		}
		for _, flag := range flags {
			if flag != "--help" && !named[flag] {
				t.Errorf("the manual does not name %s of %q", flag, name)
			}
		}
	}
	rows := manual.Find("configuration").Source
	for _, d := range settings.Defs() {
		value := "`" + d.Default + "`"
		if d.Default == "" {
			value = "empty"
		}
		if row := fmt.Sprintf("\n| `%s` | %s | %s |\n", d.Key, value, d.Meaning); !strings.Contains(rows, row) {
			t.Errorf("the manual's table of settings has no row %q", row)
		}
	}
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range checkCode(table, string(readme)) {
		t.Errorf("README.md: %s", problem)
	}
}

// isGroup reports whether a command only has others below it.
func isGroup(table map[string][]string, name string) bool {
	for other := range table {
		if strings.HasPrefix(other, name+" ") {
			return true
		}
	}
	return false
}

// The check of commands finds each kind of mistake.
func TestTheCheckOfTheManualFindsMistakes(t *testing.T) {
	t.Parallel()
	table := commandTable(t)
	for text, want := range map[string]string{
		"`broadsheet knit`":                              "no command",
		"`broadsheet comment knit`":                      "no command",
		"`broadsheet comment list --addr x`":             "no flag --addr",
		"```\ngo run ./cmd/broadsheet serve --wool\n```": "no flag --wool",
		"`--wool`":                     "no flag --wool",
		"`comment.wool`":               "no setting",
		"`broadsheet setting set x y`": "no setting",
		"`BROADSHEET_WOOL`":            "no variable",
		"`broadsheet help wool`":       "explains nothing",
	} {
		if got := strings.Join(checkCode(table, text), "; "); !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
	if got := checkCode(table, "`broadsheet comment list --state hold --data x` `broadsheet help rules` `session.key` `help`"); len(got) > 0 {
		t.Error(got)
	}
}

// README.md is short, and its links to the manual and to files lead somewhere.
func TestTheReadmeIsShort(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	if n := len(strings.Fields(string(readme))); n > maxReadmeWords {
		t.Errorf("README.md has %d words, at most %d", n, maxReadmeWords)
	}
	for _, m := range regexp.MustCompile(`\]\(([^)#:]+)(?:#([^)]*))?\)`).FindAllStringSubmatch(string(readme), -1) {
		if _, err := os.Stat("../../" + m[1]); err != nil {
			t.Errorf("README.md links to %s: %v", m[1], err)
		}
		name, ok := strings.CutPrefix(m[1], "views/manual/")
		if topic := manual.Find(strings.TrimSuffix(name, ".md")); ok && m[2] != "" && (topic == nil || topic.Section(m[2]) == nil) {
			t.Errorf("README.md links to %s, which has no section %q", m[1], m[2])
		}
	}
}

// Each topic is printed within 80 columns, code blocks and long words excepted.
// No topic has the name of a command.
func TestTopicsFitATerminal(t *testing.T) {
	t.Parallel()
	table := commandTable(t)
	for _, topic := range manual.Topics() {
		if _, ok := table[topic.Name]; ok {
			t.Errorf("%s is a command, too", topic.Name)
		}
		var out, complaint strings.Builder
		if code := run([]string{"help", topic.Name}, nil, &out, &complaint); code != 0 || complaint.Len() > 0 {
			t.Errorf("help %s: code %d, %s", topic.Name, code, &complaint)
		}
		for line := range strings.Lines(out.String()) {
			line = strings.TrimRight(line, "\n")
			if utf8.RuneCountInString(line) > 80 && !strings.HasPrefix(line, "    ") {
				t.Errorf("%s: %q is too long", topic.Name, line)
			}
		}
		for _, s := range topic.Sections {
			if !strings.Contains(out.String(), "\n"+s.Title+"\n---") {
				t.Errorf("%s: the section %q is not printed", topic.Name, s.Title)
			}
		}
	}
}
