package views

import (
	"bytes"
	"embed"
	"html/template"
	texttemplate "text/template"

	"broadsheet/views/mailquote"
)

//go:embed mail
var mailFiles embed.FS

// Mail is the content of a mail. It is rendered as plain text and as HTML. The
// caller chooses the words.
type Mail struct {
	Site    Site
	Subject string
	Intro   string // one paragraph
	Quotes  []MailQuote
	Button  Link // the main link; Name "" for none
	Links   []Link
	After   string
	Foot    []MailFoot
}

// MailQuote is a comment in a mail, as plain text.
type MailQuote struct {
	By     string
	About  []string // lines about it
	Text   string
	Read   Link // its address
	Others []Link
}

// MailFoot is a line at the end, such as how to get no more mail.
type MailFoot struct {
	Text string
	URL  string
}

// mailTemplates are the two forms of a mail.
type mailTemplates struct {
	text *texttemplate.Template
	html *template.Template
}

func parseMail() (mailTemplates, error) {
	text, err := texttemplate.New("").Funcs(texttemplate.FuncMap{
		"quoted": mailquote.Quote, "line": mailquote.OneLine,
	}).ParseFS(mailFiles, "mail/*.txt")
	if err != nil {
		return mailTemplates{}, err
	}
	html, err := template.New("").Funcs(template.FuncMap{"dir": DirOf}).ParseFS(mailFiles, "mail/*.html")
	return mailTemplates{text, html}, err
}

// Mail renders both forms of a mail.
func (r *Renderer) Mail(m Mail) (text, html string, err error) {
	var b bytes.Buffer
	if err := r.mail.text.ExecuteTemplate(&b, "message.txt", m); err != nil {
		return "", "", err
	}
	text = b.String()
	b.Reset()
	err = r.mail.html.ExecuteTemplate(&b, "message.html", m)
	return text, b.String(), err
}

// MailChoice is the page with the mail preferences of an address.
type MailChoice struct {
	Page
	Email     string
	Action    string
	Confirmed bool
	Stopped   bool
	TooOld    bool // the link is too old to verify the address
	Daily     bool
	// Corrections means mail when a story that the owner commented on is corrected.
	Corrections bool
	Done        string // key of a message about the last action
	Follows     []MailFollow
}

// Proof is the page on which the owner of an address says that this browser
// is theirs.
type Proof struct {
	Page
	Email   string
	Action  string
	Article Link // the comment whose form asked for it; Name "" if it is gone
}

// MailFollow is a comment whose author gets mail about replies.
type MailFollow struct {
	ID      int64
	Article Link
	Excerpt string
}
