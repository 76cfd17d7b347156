package views

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"log/slog"
	"strings"
	"sync"
	"time"

	"broadsheet/public"
	"broadsheet/views/compiled"
	"broadsheet/views/fold"
)

//go:embed layouts parts pages
var templateFiles embed.FS

// Name is a page's template, tied to the struct it is fed.
type Name[T Framed] string

// Framed is a page struct: one that embeds Page.
type Framed interface{ Base() Page }

// The pages.
const (
	FrontPage       Name[Front]       = "front"
	ListPage        Name[List]        = "list"
	SearchPage      Name[Search]      = "search"
	CategoriesPage  Name[Categories]  = "sections"
	RankingsPage    Name[Rankings]    = "rankings"
	FeedsPage       Name[Feeds]       = "feeds"
	CorrectionsPage Name[Corrections] = "corrections"
	ChangesPage     Name[Changes]     = "changes"
	RepublishPage   Name[Republish]   = "republish"
	ArticlePage     Name[Article]     = "article"
	ThreadPage      Name[Thread]      = "thread"
	StatusPage      Name[OwnComment]  = "status"
	EditPage        Name[OwnComment]  = "edit"
	ReportPage      Name[Report]      = "report"
	ReceiptPage     Name[Receipt]     = "receipt"
	MinePage        Name[Mine]        = "mine"
	MailPage        Name[MailChoice]  = "mail"
	ProofPage       Name[Proof]       = "proof"
	SignInPage      Name[SignIn]      = "signin"
	AccountPage     Name[Account]     = "account"
	QueuePage       Name[Queue]       = "queue"
	CardsPage       Name[CardPage]    = "card"
	LogPage         Name[Log]         = "log"
	StaffPage       Name[Staff]       = "staff"
	RepliesPage     Name[Replies]     = "replies"
	DeletionPage    Name[Deletion]    = "deletion"
	// ForgetWriterPage asks once more before all comments of a writer go.
	ForgetWriterPage Name[ForgetWriter] = "forgetwriter"
	PersonPage       Name[Colleague]    = "person"
	ProblemPage      Name[Problem]      = "problem"
	EmbedPage        Name[Embed]        = "embed"
	GalleryPage      Name[Gallery]      = "gallery"
	ResendPage       Name[Resend]       = "resend"

	BansPage         Name[Bans]         = "bans"
	BanPage          Name[Ban]          = "ban"
	BanPanelPage     Name[Ban]          = "banpanel"
	WritersPage      Name[Writers]      = "writers"
	WriterPage       Name[Writer]       = "writer"
	RulesPage        Name[Rules]        = "rules"
	SettingsPage     Name[Settings]     = "settings"
	ClosingPage      Name[Closing]      = "closing"
	StoriesPage      Name[Stories]      = "stories"
	FiguresPage      Name[Figures]      = "figures"
	RobotFiguresPage Name[RobotFigures] = "robots"
	OfflinePage      Name[Offline]      = "offline"
	HeldPage         Name[Held]         = "digest"
	HeldMailPage     Name[HeldMail]     = "heldmail"
	TransparencyPage Name[Transparency] = "transparency"
	AppealsPage      Name[Appeals]      = "appeals"

	DigestDeskPage   Name[DigestDesk]   = "digestdesk"
	SubscribePage    Name[Subscribe]    = "subscribe"
	SubscriptionPage Name[Subscription] = "subscription"

	EditStoriesPage  Name[EditStories]  = "editstories"
	EditStoryPage    Name[EditStory]    = "editstory"
	PicturesPage     Name[Pictures]     = "pictures"
	PicturePage      Name[LibraryItem]  = "picture"
	EditVersionsPage Name[EditVersions] = "editversions"
	EditUpcomingPage Name[EditUpcoming] = "editupcoming"
	EditFrontPage    Name[EditFront]    = "editfront"

	HelpListPage Name[HelpList] = "helplist"
	HelpPage     Name[Help]     = "help"
)

// PageNames lists every page's name.
func PageNames() []string {
	return []string{
		string(FrontPage),
		string(ListPage),
		string(SearchPage),
		string(CategoriesPage),
		string(RankingsPage),
		string(FeedsPage),
		string(CorrectionsPage), string(ChangesPage),
		string(RepublishPage),
		string(ArticlePage),
		string(ThreadPage),
		string(StatusPage),
		string(MinePage),
		string(ReportPage),
		string(ReceiptPage),
		string(MailPage),
		string(ProofPage),
		string(SignInPage),
		string(AccountPage),
		string(QueuePage),
		string(CardsPage),
		string(LogPage),
		string(StaffPage),
		string(RepliesPage),
		string(DeletionPage), string(ForgetWriterPage),
		string(EditPage),
		string(ProblemPage),
		string(EmbedPage),
		string(GalleryPage),
		string(ResendPage),
		string(PersonPage),
		string(BansPage),
		string(BanPage), string(BanPanelPage), string(WritersPage), string(WriterPage),
		string(RulesPage),
		string(SettingsPage),
		string(ClosingPage), string(StoriesPage),
		string(FiguresPage), string(RobotFiguresPage), string(OfflinePage),
		string(HeldPage),
		string(HeldMailPage),
		string(AppealsPage),
		string(TransparencyPage),
		string(DigestDeskPage),
		string(SubscribePage),
		string(SubscriptionPage),
		string(EditStoriesPage), string(EditStoryPage), string(EditVersionsPage), string(EditUpcomingPage),
		string(PicturesPage), string(PicturePage),
		string(EditFrontPage),
		string(TermListPage), string(TermFormPage), string(TermMergePage), string(TermRemovalPage), string(TermLogPage),
		string(RedirectsPage),
		string(HelpListPage),
		string(HelpPage),
	}
}

// Options of a Renderer.
type Options struct {
	// Templates replaces the embedded layouts, parts and pages; nil keeps
	// them.
	Templates fs.FS
	// Log receives a warning for each template that cannot be compiled and is
	// interpreted instead; nil: the default logger.
	Log *slog.Logger
}

// Renderer holds the templates of all pages in all languages. It is safe for use by
// several goroutines.
type Renderer struct {
	assets     *public.Assets
	catalogues map[string]*catalogue
	pages      map[string]*page // by language and name
	mail       mailTemplates
}

// New makes a Renderer. It returns an error when templates that replace the embedded
// ones cannot be parsed; tests parse the embedded ones.
func New(assets *public.Assets, o Options) (*Renderer, error) {
	catalogues, err := loadCatalogues()
	if err != nil {
		return nil, err
	}
	files := o.Templates
	if files == nil {
		files = templateFiles
	}
	messages, err := parseMail()
	if err != nil {
		return nil, err
	}
	r := &Renderer{assets, catalogues, map[string]*page{}, messages}
	log := o.Log
	if log == nil {
		log = slog.Default()
	}
	for lang, c := range catalogues {
		for _, name := range PageNames() {
			log := log.With("lang", lang, "page", name)
			r.pages[lang+"/"+name] = newPage(pageSource{files, c, templateFuncs(c, assets), name}, log)
		}
	}
	for _, p := range r.pages {
		if o.Templates == nil {
			break
		}
		if _, err := p.parse(); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// pageSource is where a page's templates come from.
type pageSource struct {
	files     fs.FS
	catalogue *catalogue
	functions template.FuncMap
	name      string
}

// parse reads a page's templates with all layouts and parts.
func (s pageSource) parse() (*template.Template, error) {
	t, err := template.New("").Funcs(s.functions).ParseFS(s.files, "layouts/*.html", "parts/*.html", "pages/"+s.name+".html")
	if err == nil {
		fold.Messages(t, func(key string) (string, error) { return s.catalogue.text(key) })
	}
	return t, err
}

// page is a page in a language.
type page struct {
	pageSource
	// append writes one of its templates behind dst; data is a pointer.
	append func(dst []byte, name string, data any) ([]byte, error)
}

// newPage returns a page that parses and escapes its templates when it is first
// rendered. A site never shows most pages in most languages, and the garbage
// collector would have to mark all of their templates.
func newPage(source pageSource, log *slog.Logger) *page {
	warn := func(template string, why error) {
		log.Warn("a template cannot be compiled and is interpreted, which is slower", "template", template, "why", why)
	}
	set := sync.OnceValues(func() (*compiled.Set, error) {
		t, err := source.parse()
		if err != nil {
			return nil, err
		}
		return compiled.New(t, source.functions, "page", warn)
	})
	return &page{source, func(dst []byte, name string, data any) ([]byte, error) {
		s, err := set()
		if err != nil {
			return dst, err
		}
		return s.Append(dst, name, data)
	}}
}

// Render returns a page in the language of its site.
func Render[T Framed](r *Renderer, name Name[T], data T) ([]byte, error) {
	lang := r.language(data.Base().Site.Language)
	p := r.pages[lang+"/"+string(name)]
	if p == nil {
		return nil, fmt.Errorf("views: no page %q", name)
	}
	buf := buffers.Get().(*[]byte)
	defer buffers.Put(buf)
	out, err := p.append((*buf)[:0], "page", &data)
	*buf = out
	if err != nil {
		return nil, err
	}
	return bytes.Clone(out), nil
}

// buffers are for rendering: the length of a page is not known before.
var buffers = sync.Pool{New: func() any { return new([]byte) }}

// Asset returns the address of an asset, for use outside of templates.
func (r *Renderer) Asset(name string) string { return r.assets.URL(name) }

// RenderOwn renders the parts of a page of comments for one visitor, in the order of
// the marks on the page: the own held comments, and the remembered fields of the
// form.
func RenderOwn(r *Renderer, lang string, own Discussion) ([][]byte, error) {
	p := r.pages[r.language(lang)+"/"+string(ArticlePage)]
	comments, err := p.append(nil, "own-comments", &own)
	if err != nil {
		return nil, err
	}
	fields, err := p.append(nil, "whoami", &own.Form)
	return [][]byte{comments, fields}, err
}

// language returns the catalogue's language nearest to lang.
func (r *Renderer) language(lang string) string {
	if r.catalogues[lang] != nil {
		return lang
	}
	if base, _, _ := strings.Cut(lang, "-"); r.catalogues[base] != nil {
		return base
	}
	return fallbackLanguage
}

// Text returns a message for use outside of templates, such as a title; the
// key itself if there is none, which a test would notice.
func (r *Renderer) Text(lang, key string, values ...any) string {
	text, err := r.catalogues[r.language(lang)].text(key, values...)
	if err != nil {
		return key
	}
	return text
}

// Count returns a message in the form for n.
func (r *Renderer) Count(lang, key string, n int, values ...any) string {
	text, err := r.catalogues[r.language(lang)].count(key, n, values...)
	if err != nil {
		return key
	}
	return text
}

// Period returns the heading of an archive: a year, month or day; month and
// day may be 0.
func (r *Renderer) Period(lang string, year, month, day int) string {
	c := r.catalogues[r.language(lang)]
	if month == 0 {
		return fmt.Sprint(year)
	}
	name := c.messages[fmt.Sprintf("month.%d", month)]["other"]
	key := "date.month"
	if day != 0 {
		key = "date.long"
	}
	return fillValues(c.messages[key]["other"], []any{"day", day, "month", name, "year", year})
}

// DateTime returns an instant in words.
func (r *Renderer) DateTime(lang string, t time.Time) string {
	text, err := r.catalogues[r.language(lang)].date("date.time", t)
	if err != nil {
		return t.Format(time.DateTime)
	}
	return text
}

// Reading returns how many minutes a text takes to read, at 230 words a
// minute; at least 1.
func Reading(words int) int { return max(1, (words+115)/230) }
