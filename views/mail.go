package views

import (
	"bytes"
	"embed"
	"html/template"
	texttemplate "text/template"
)

//go:embed mail
var mailFiles embed.FS

// Mail is what a message by mail says. It has one shape for all, made once as
// plain text and once as HTML; the words are put in by whoever sends it.
type Mail struct {
	Site    Site
	Subject string
	Intro   string // one paragraph
	Quotes  []MailQuote
	Button  Link // what the mail is about doing; Name "" for none
	After   string
	Foot    []MailFoot
}

// MailQuote is a comment in a mail, as plain text.
type MailQuote struct {
	By     string
	About  []string // lines about it
	Text   string
	Read   Link // where it stands
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
		"quoted": quoteMail, "line": mailLine,
	}).ParseFS(mailFiles, "mail/message.txt")
	if err != nil {
		return mailTemplates{}, err
	}
	html, err := template.New("").Funcs(template.FuncMap{"dir": DirOf}).ParseFS(mailFiles, "mail/message.html")
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

// MailChoice is the page on which the owner of an address says what mail is
// welcome.
type MailChoice struct {
	Page
	Email     string
	Action    string
	Confirmed bool
	Stopped   bool
	TooOld    bool // the link can no longer show whose address it is
	Daily     bool
	Done      string // key of a message: what was just done
	Follows   []MailFollow
}

// Proof is the page on which the owner of an address says that this browser
// is theirs.
type Proof struct {
	Page
	Email  string
	Action string
	Story  Link // whose form asked for it; Name "" where it is gone
}

// MailFollow is a comment whose answers its writer is told about.
type MailFollow struct {
	ID      int64
	Story   Link
	Excerpt string
}
