package views

import (
	"html/template"
	"strings"
	"text/template/parse"
)

// foldMessages replaces {{t "key"}} without values by its text in the templates of a
// language, so that rendering does not look up and escape these texts. A page of
// fifty comments has some two hundred. A key without a message stays and fails
// when the page is rendered.
func foldMessages(t *template.Template, c *catalogue) {
	for _, one := range t.Templates() {
		if one.Tree != nil && one.Tree.Root != nil {
			foldList(one.Tree.Root, c)
		}
	}
}

func foldList(list *parse.ListNode, c *catalogue) {
	if list == nil {
		return
	}
	for i, node := range list.Nodes {
		switch n := node.(type) {
		case *parse.ActionNode:
			if text, ok := fixedText(n.Pipe, c); ok {
				list.Nodes[i] = &parse.TextNode{NodeType: parse.NodeText, Pos: n.Pos, Text: []byte(text)}
			}
		case *parse.IfNode:
			foldList(n.List, c)
			foldList(n.ElseList, c)
		case *parse.WithNode:
			foldList(n.List, c)
			foldList(n.ElseList, c)
		case *parse.RangeNode:
			foldList(n.List, c)
			foldList(n.ElseList, c)
		}
	}
}

// fixedText returns the text of {{t "key"}}. It is escaped as html/template does
// between tags and in quoted attributes; templates use such a text only there.
func fixedText(p *parse.PipeNode, c *catalogue) (string, bool) {
	if len(p.Decl) != 0 || len(p.Cmds) != 1 || len(p.Cmds[0].Args) != 2 {
		return "", false
	}
	name, ok := p.Cmds[0].Args[0].(*parse.IdentifierNode)
	key, isText := p.Cmds[0].Args[1].(*parse.StringNode)
	if !ok || !isText || name.Ident != "t" {
		return "", false
	}
	text, err := c.text(key.Text)
	return strings.ReplaceAll(template.HTMLEscapeString(text), "+", "&#43;"), err == nil
}
