package fold

import (
	"html/template"
	"strings"
	"text/template/parse"
)

// Texts returns the text of a message, and an error if there is none.
type Texts func(key string) (string, error)

// Messages replaces {{t "key"}} without values by its text in a template and in those that
// it calls. A key without a message stays and fails when the page is rendered.
func Messages(t *template.Template, texts Texts) {
	for _, one := range t.Templates() {
		if one.Tree != nil && one.Tree.Root != nil {
			inList(one.Tree.Root, texts)
		}
	}
}

func inList(list *parse.ListNode, texts Texts) {
	if list == nil {
		return
	}
	for i, node := range list.Nodes {
		switch n := node.(type) {
		case *parse.ActionNode:
			if text, ok := fixedText(n.Pipe, texts); ok {
				list.Nodes[i] = &parse.TextNode{NodeType: parse.NodeText, Pos: n.Pos, Text: []byte(text)}
			}
		case *parse.IfNode:
			inList(n.List, texts)
			inList(n.ElseList, texts)
		case *parse.WithNode:
			inList(n.List, texts)
			inList(n.ElseList, texts)
		case *parse.RangeNode:
			inList(n.List, texts)
			inList(n.ElseList, texts)
		}
	}
}

// fixedText returns the text of {{t "key"}}. It is escaped as html/template does
// between tags and in quoted attributes; templates use such a text only there.
func fixedText(p *parse.PipeNode, texts Texts) (string, bool) {
	if len(p.Decl) != 0 || len(p.Cmds) != 1 || len(p.Cmds[0].Args) != 2 {
		return "", false
	}
	name, ok := p.Cmds[0].Args[0].(*parse.IdentifierNode)
	key, isText := p.Cmds[0].Args[1].(*parse.StringNode)
	if !ok || !isText || name.Ident != "t" {
		return "", false
	}
	text, err := texts(key.Text)
	return strings.ReplaceAll(template.HTMLEscapeString(text), "+", "&#43;"), err == nil
}
