// Package manual has the manual for moderators and operators: one Markdown
// file for each topic, built into the program.
//
//	manual.go  the topics, and their sections for the desk
//	text.go    a topic as plain text for a terminal
//
// # How to write a topic
//
// A file begins with "# Title" and a paragraph about its subject: the list of
// topics shows both. Each section begins with "## Title" and
// becomes an anchor. Deeper headings are not used. A link to another topic names
// its file, as in [Bans](moderating.md#ban-a-spammer), so that it also works in
// the repository. Tables, lists and code blocks are those of GitHub's Markdown.
//
// Commands are written with the program's name (broadsheet comment list), flags
// with their dashes and settings by their key, all as code. Tests compare them
// with the commands, settings, limits and routes of the program.
package manual
