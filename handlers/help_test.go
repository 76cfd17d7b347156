package handlers_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"broadsheet/handlers"
	"broadsheet/models"
	"broadsheet/models/blob"
	"broadsheet/models/digest"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/appeals"
	"broadsheet/models/discussion/declinetexts"
	"broadsheet/models/discussion/heat"
	"broadsheet/models/discussion/moderation"
	"broadsheet/models/discussion/notify"
	"broadsheet/models/discussion/react"
	"broadsheet/models/discussion/thread"
	"broadsheet/models/discussion/wordindex"
	"broadsheet/models/discussion/writernotes"
	"broadsheet/models/discussion/writers"
	"broadsheet/models/embeds"
	"broadsheet/models/jsonlines"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/newsroom/articleimport"
	"broadsheet/models/newsroom/checklist"
	"broadsheet/models/newsroom/collection"
	"broadsheet/models/newsroom/frontplan"
	"broadsheet/models/newsroom/frontpreview"
	"broadsheet/models/newsroom/history"
	"broadsheet/models/newsroom/indexnow"
	"broadsheet/models/newsroom/library"
	"broadsheet/models/newsroom/linkcheck"
	"broadsheet/models/newsroom/notes"
	"broadsheet/models/newsroom/reads"
	"broadsheet/models/newsroom/redirects"
	"broadsheet/models/newsroom/search"
	"broadsheet/models/newsroom/sitemap"
	"broadsheet/models/newsroom/stafflist"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/newsroom/termchanges"
	"broadsheet/models/newsroom/termlist"
	"broadsheet/models/people"
	"broadsheet/models/people/apppasswords"
	"broadsheet/models/people/bans"
	"broadsheet/models/queue"
	"broadsheet/models/richtext"
	"broadsheet/models/settings"
	"broadsheet/models/sharecard"
	"broadsheet/models/subscription"
	"broadsheet/models/terms"
	"broadsheet/views/manual"
)

var helpLink = regexp.MustCompile(`<a href="(/desk/help[^"]*)"[^>]*>Help</a>`)

// notPages are the rows of the desk that answer a GET with a file, JSON or a redirect, or
// with a page outside of the desk's frame.
var notPages = []string{
	"desk", "find articles", "new comments", "export log", "export yearly report", "writer of a comment", "WordPress comment",
	"WordPress comments", "find tags", "find authors", "find pictures", "authorize program",
}

// Every page of the desk has a link to the manual, and the link leads to the
// section that explains the page.
func TestEveryPageOfTheDeskLinksToItsHelp(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	s := newPictured(t, modeltest.SQLite(t, clock), clock, library.Texts{})
	c, err := discussion.Post(t.Context(), s.db, must(newsroom.LoadSite(t.Context(), s.db)), discussion.Submission{
		ArticleID: s.ids["strait-opens-again"], Author: "A", Email: "a@example.org", Text: "Text.", Token: "token",
	})
	s.check(err)
	cookie := s.cookie(people.Administrator)
	page := func(address string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodGet, s.options.BaseURL.String()+address, nil)
		r.AddCookie(cookie)
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, r)
		return w
	}
	pages := map[string]bool{}
	for _, row := range handlers.Rows() {
		if row.Method != http.MethodGet || row.Entry == handlers.Anyone || slices.Contains(notPages, row.Name) {
			continue
		}
		pages[row.Path] = true
		known, query, status := deskRoutes[row.Name], "", http.StatusOK
		switch row.Name {
		case "preview front": // which shows the site's own page, but the desk for an impossible time
			query, status = "at=x", http.StatusUnprocessableEntity
		case "picture of the library":
			known.params = fmt.Sprint(s.m.ID)
		case "card":
			known.params = fmt.Sprint(c.ID)
		case "writer", "deletion of a writer's comments":
			known.params = must(writers.Writer{Kind: writernotes.Browser, Value: c.TokenHash}.Address(models.NewKeyring(s.options.Secret)))
		case "closing":
			known.params = fmt.Sprint(c.ArticleID)
		}
		w := s.ask(row, known, cookie, func(r *http.Request) { r.URL.RawQuery = query })
		link := helpLink.FindStringSubmatch(w.Body.String())
		if w.Code != status || link == nil {
			t.Errorf("%s (%q): status %d, help link %v", row.Path, row.Name, w.Code, link)
			continue
		}
		address, anchor, _ := strings.Cut(link[1], "#")
		if !strings.HasPrefix(row.Path, "/desk/help") && anchor == "" {
			t.Errorf("%s (%q): its help link %s names no section", row.Path, row.Name, link[1])
		}
		if w := page(address); w.Code != http.StatusOK || anchor != "" && !strings.Contains(w.Body.String(), `id="`+anchor+`"`) {
			t.Errorf("%s (%q): %s answers %d, or has no section %q", row.Path, row.Name, address, w.Code, anchor)
		}
	}
	for path := range handlers.HelpOf {
		if !pages[path] {
			t.Errorf("helpOf has %s, which is no page of the desk", path)
		}
	}
	if w := page("/desk/help/knitting"); w.Code != http.StatusNotFound {
		t.Errorf("an unknown topic: %d", w.Code)
	}
}

// A topic has anchors for its sections and links to the other topics. A
// subscriber's pages have no link to the manual.
func TestTheManualAtTheDesk(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	s := newDeskSite(t, modeltest.SQLite(t, clock), clock)
	get := func(role people.Role, address string) string {
		r := httptest.NewRequest(http.MethodGet, s.options.BaseURL.String()+address, nil)
		r.AddCookie(s.cookie(role))
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, r)
		return w.Body.String()
	}
	list := get(people.AuthorRole, "/desk/help")
	for _, topic := range manual.Topics() {
		if !strings.Contains(list, `href="/desk/help/`+topic.Name+`"`) {
			t.Errorf("the list lacks %s", topic.Name)
		}
		body := get(people.Moderator, "/desk/help/"+topic.Name)
		for _, section := range topic.Sections {
			if !strings.Contains(body, `<h2 id="`+section.ID+`">`) {
				t.Errorf("%s lacks the section %s", topic.Name, section.ID)
			}
		}
		for _, link := range manual.Links(topic.Source) {
			if !strings.Contains(body, `href="/desk/help/`+link.Topic) {
				t.Errorf("%s lacks its link to %s", topic.Name, link.Topic)
			}
		}
		if strings.Contains(body, `.md"`) || strings.Contains(body, ".md#") || strings.Count(body, `lang="en" dir="ltr"`) != 1 { // of the page itself
			t.Errorf("%s links to a file, or is marked as foreign on an English site", topic.Name)
		}
	}
	if body := get(people.Subscriber, accountPath); helpLink.MatchString(body) {
		t.Error("a subscriber is led to the manual")
	}
	s.check(s.db.Write(t.Context(), func(tx *models.Tx) error { return settings.Set(t.Context(), tx, "site.language", "ar") }))
	if body := get(people.Moderator, "/desk/help/rules"); strings.Count(body, `lang="en" dir="ltr"`) != 4 {
		t.Error("the English text is not marked on an Arabic page")
	}
}

var (
	manualCode = regexp.MustCompile("`([^`\n]+)`")
	ownAddress = regexp.MustCompile(`^/(desk|login|comments|healthz|readyz|sections|password|held|mail|first|digest)\b[^ ]*$`)
)

// Every address of the site that the manual names has a row in the table of
// routes.
func TestAddressesInTheManualExist(t *testing.T) {
	t.Parallel()
	found := 0
	for _, topic := range manual.Topics() {
		for _, m := range manualCode.FindAllStringSubmatch(topic.Source, -1) {
			if !ownAddress.MatchString(m[1]) {
				continue
			}
			found++
			if !slices.ContainsFunc(handlers.GetRoutes(), func(route string) bool { return route != "/*" && fits(route, m[1]) }) {
				t.Errorf("%s names the address %s, which does not exist", topic.Name, m[1])
			}
		}
	}
	if found < 10 {
		t.Errorf("only %d addresses were found", found)
	}
}

// fits reports whether a path is one of a route, with any value for a parameter.
func fits(route, path string) bool {
	want, have := strings.Split(route, "/"), strings.Split(path, "/")
	return slices.EqualFunc(want, have, func(w, h string) bool { return w == h || strings.HasPrefix(w, ":") && h != "" })
}

// limitRows has, for each exported limit of the models by its package and name,
// the row of the manual's topic "limits" and the words there that hold the
// limit. A limit without a row fails the test, as does one that changes.
var limitRows = map[string]struct {
	row   string
	words string
}{
	"sharecard.MaxBytes":             {"share picture", count(sharecard.MaxBytes>>10) + " KB"},
	"thread.MaxAhead":                {"held comments counted ahead of a commenter's own", count(thread.MaxAhead)},
	"discussion.MaxAuthor":           {"name", count(discussion.MaxAuthor) + " characters"},
	"digest.MaxOpening":              {"opening words of a digest", count(digest.MaxOpening) + " bytes"},
	"subscription.MaxLists":          {"sections of one digest", count(subscription.MaxLists)},
	"discussion.MaxBulk":             {"comments in one decision", count(discussion.MaxBulk)},
	"notify.MaxDaily":                {"answers in one daily mail", count(notify.MaxDaily)},
	"discussion.MaxCompared":         {"similar texts of the last 30 days compared with a new one", count(2 * discussion.MaxCompared)},
	"discussion.MaxFromNetwork":      {"comments an hour counted for one network", count(discussion.MaxFromNetwork)},
	"discussion.MaxEmailBytes":       {"email", count(discussion.MaxEmailBytes) + " bytes"},
	"notify.MaxFollows":              {"followed comments listed for one address", count(notify.MaxFollows)},
	"thread.MaxReplies":              {"answers on a comment's own page", count(thread.MaxReplies)},
	"thread.MaxPageComments":         {"page of comments", count(thread.MaxPageComments) + " comments"},
	"react.MaxReportNoteBytes":       {"report of a comment", count(react.MaxReportNoteBytes) + " bytes"},
	"react.MaxNoticeName":            {"name of the sender of a notice", count(react.MaxNoticeName)},
	"appeals.MaxText":                {"appeal, and the words of its answer", count(appeals.MaxText) + " characters"},
	"discussion.MaxTextBytes":        {"text", count(discussion.MaxTextBytes) + " bytes"},
	"thread.MaxThreadReplies":        {"page of comments", count(thread.MaxThreadReplies) + " answers"},
	"discussion.MaxURLBytes":         {"website", count(discussion.MaxURLBytes) + " bytes"},
	"moderation.MaxHeldSet":          {"mail about held comments", count(moderation.MaxHeldSet) + " in one"},
	"moderation.MaxSavedName":        {"saved search or reply", count(moderation.MaxSavedName) + " characters of name"},
	"moderation.MaxSavedText":        {"saved search or reply", count(moderation.MaxSavedText) + " characters of text"},
	"settings.MaxChosenCategories":   {"chosen sections of a list", count(settings.MaxChosenCategories)},
	"jsonlines.MaxLineBytes":         {"line of an import", count(jsonlines.MaxLineBytes>>20) + " MB"},
	"settings.MaxListBytes":          {"word lists", count(settings.MaxListBytes>>20) + " MB each"},
	"settings.MaxListTerms":          {"word lists", count(settings.MaxListTerms) + " terms"},
	"settings.MaxChanges":            {"listed changes of the rules", count(settings.MaxChanges)},
	"taxonomy.MaxDepth":              {"sections inside sections", count(taxonomy.MaxDepth) + " deep"},
	"terms.MaxTermBytes":             {"word lists", count(terms.MaxTermBytes) + " bytes a term"},
	"wordindex.MaxQueryBytes":        {"words searched for at the desk", count(wordindex.MaxQueryBytes) + " bytes"},
	"newsroom.MaxAuthors":            {"sections, tags, authors of an article", ", " + count(newsroom.MaxAuthors)},
	"newsroom.MaxCategories":         {"sections, tags, authors of an article", count(newsroom.MaxCategories) + ", "},
	"newsroom.MaxCorrections":        {"corrections of an article", count(newsroom.MaxCorrections)},
	"newsroom.MaxCorrectionText":     {"corrections of an article", count(newsroom.MaxCorrectionText) + " characters"},
	"embeds.MaxAddressBytes":         {"address of a film or post on another site", count(embeds.MaxAddressBytes) + " bytes"},
	"history.MaxChanges":             {"updates in the public history of an article", count(history.MaxChanges)},
	"settings.MaxSectionDays":        {"sections with their own days until a notice of age", count(settings.MaxSectionDays)},
	"articleimport.MaxFilePathBytes": {"published file", count(articleimport.MaxFilePathBytes) + " bytes of path"},
	"reads.MaxArticles":              {"articles that one network reads in half an hour", count(reads.MaxArticles)},
	"heat.MaxComments":               {"comments that the most discussed articles are found in", count(heat.MaxComments)},
	"newsroom.MaxName":               {"name of a section, a tag or an author", count(newsroom.MaxName) + " characters"},
	"search.MaxQueryBytes":           {"words searched for", count(search.MaxQueryBytes) + " bytes"},
	"terms.MaxQueryUnits":            {"words searched for", ", " + count(terms.MaxQueryUnits) + " words"},
	"terms.MaxUnits":                 {"searchable text of an article or a comment", count(terms.MaxUnits) + " words"},
	"newsroom.MaxSlow":               {"slow mode", count(newsroom.MaxSlow) + " minutes"},
	"taxonomy.MaxSlugBytes":          {"slug", count(taxonomy.MaxSlugBytes) + " bytes"},
	"newsroom.MaxSourceID":           {"source and id of an imported article", count(newsroom.MaxSourceID) + " bytes"},
	"newsroom.MaxStandfirst":         {"standfirst", count(newsroom.MaxStandfirst) + " characters"},
	"newsroom.MaxTags":               {"sections, tags, authors of an article", ", " + count(newsroom.MaxTags) + ", "},
	"newsroom.MaxTitle":              {"headline", count(newsroom.MaxTitle) + " characters"},
	"blob.MaxPictureBytes":           {"picture", count(blob.MaxPictureBytes>>20) + " MB"},
	"blob.MaxPicturePixel":           {"picture", count(blob.MaxPicturePixel/1_000_000) + " million pixels"},
	"blob.MaxPictureScans":           {"picture", count(blob.MaxPictureScans) + " scans"},
	"blob.MaxPictureSide":            {"picture", count(blob.MaxPictureSide) + " pixels a side"},
	"declinetexts.MaxText":           {"own sentence for a reason", count(declinetexts.MaxText) + " characters"},
	"writernotes.MaxTextBytes":       {"note about a writer", count(writernotes.MaxTextBytes) + " bytes"},
	"bans.MaxReasonBytes":            {"reason of a ban", count(bans.MaxReasonBytes) + " bytes"},
	"bans.MaxWordsBytes":             {"words of a warning", count(bans.MaxWordsBytes) + " bytes"},
	"people.MaxEmailBytes":           {"email", count(people.MaxEmailBytes) + " bytes"},
	"people.MaxName":                 {"name", count(people.MaxName) + " bytes"},
	"apppasswords.MaxName":           {"application passwords of an account", count(apppasswords.MaxName) + " characters"},
	"apppasswords.MaxPasswords":      {"application passwords of an account", count(apppasswords.MaxPasswords) + ", "},
	"people.MaxPasskeyName":          {"passkeys of an account", count(people.MaxPasskeyName) + " characters"},
	"people.MaxPasskeys":             {"passkeys of an account", count(people.MaxPasskeys) + ", "},
	"people.MaxPasswordBytes":        {"password", count(people.MaxPasswordBytes) + " bytes"},
	"queue.MaxWork":                  {"work on one job of the queue", strconv.Itoa(int(queue.MaxWork/time.Minute)) + " minute"},
	"sitemap.MaxParts":               {"parts of sitemaps", count(sitemap.MaxParts)},
	"sitemap.MaxNews":                {"articles of the news sitemap", count(sitemap.MaxNews)},
	"sitemap.MaxPictures":            {"pictures of an article in a sitemap", count(sitemap.MaxPictures)},
	"indexnow.MaxAddresses":          {"addresses in a message by IndexNow", count(indexnow.MaxAddresses)},
	"collection.MaxReach": {
		"entries that a combination of filters of WordPress's REST interface looks through", count(collection.MaxReach),
	},
	"frontplan.MaxPins":        {"pinned stories of the front page", count(frontplan.MaxPins)},
	"frontplan.MaxLineText":    {"breaking line", count(frontplan.MaxLineText) + " characters"},
	"frontplan.MaxLineLink":    {"breaking line", count(frontplan.MaxLineLink) + " bytes"},
	"frontplan.MaxLines":       {"breaking line", count(frontplan.MaxLines) + " planned"},
	"frontplan.MaxLineFor":     {"breaking line", count(int(frontplan.MaxLineFor.Hours()/24)) + " days"},
	"frontpreview.MaxBack":     {"front page as of a time", count(int(frontpreview.MaxBack.Hours()/24)) + " days back"},
	"frontpreview.MaxAhead":    {"front page as of a time", count(int(frontpreview.MaxAhead.Hours()/24)) + " days ahead"},
	"frontpreview.MaxActs":     {"front page as of a time", count(frontpreview.MaxActs) + " planned acts"},
	"queue.MaxAttempts":        {"A mail is tried", count(queue.MaxAttempts) + " times"},
	"richtext.MaxArticleBytes": {"body", count(richtext.MaxArticleBytes>>10) + " KB"},
	"richtext.MaxBodyBytes":    {"body", count(richtext.MaxBodyBytes>>20) + " MB"},
	"richtext.MaxCommentBytes": {"text", count(richtext.MaxCommentBytes) + " bytes"},
	"blob.MaxFrames":           {"moving picture (GIF)", count(blob.MaxFrames) + " frames"},
	"blob.MaxMovingPixel":      {"moving picture (GIF)", count(blob.MaxMovingPixel/1_000_000) + " million pixels"},
	"library.MaxAlt":           {"description, caption, credit of a picture", "| " + count(library.MaxAlt) + ", "},
	"library.MaxCaption":       {"description, caption, credit of a picture", ", " + count(library.MaxCaption) + " and"},
	"library.MaxCredit":        {"description, caption, credit of a picture", "and " + count(library.MaxCredit) + " characters"},
	"library.MaxFilename":      {"name of a picture's file", count(library.MaxFilename) + " characters"},
	"library.MaxWords":         {"words searched for in the library", "| " + count(library.MaxWords) + " |"},
	"checklist.MaxHeadline": {
		"headline and last part of the address that the check list advises", count(checklist.MaxHeadline) + " and",
	},
	"checklist.MaxAddress": {
		"headline and last part of the address that the check list advises", "and " + count(checklist.MaxAddress) + " characters",
	},
	"linkcheck.MaxOfStory":       {"links of a story that the check list follows", "| " + count(linkcheck.MaxOfStory) + ", "},
	"linkcheck.MaxURL":           {"links of a story that the check list follows", count(linkcheck.MaxURL) + " bytes"},
	"notes.MaxNotes":             {"notes of a story", "| " + count(notes.MaxNotes) + " with their answers"},
	"notes.MaxText":              {"notes of a story", count(notes.MaxText) + " characters"},
	"notes.MaxParagraph":         {"paragraph that a note keeps to find its place", count(notes.MaxParagraph) + " characters"},
	"termchanges.MaxDescription": {"description of a section or a tag", count(termchanges.MaxDescription) + " characters"},
	"termchanges.MaxBio":         {"biography and role of an author", count(termchanges.MaxBio) + " and"},
	"termchanges.MaxRole":        {"biography and role of an author", "and " + count(termchanges.MaxRole) + " characters"},
	"termchanges.MaxLinks":       {"links of an author", "| " + count(termchanges.MaxLinks) + ", "},
	"termchanges.MaxLink":        {"links of an author", count(termchanges.MaxLink) + " bytes"},
	"taxonomy.MaxCommentDays": {
		"days until the comments of a section's or a tag's articles close", count(taxonomy.MaxCommentDays),
	},
	"termlist.MaxFound":    {"tags or authors that a field proposes", "| " + count(termlist.MaxFound) + " |"},
	"redirects.MaxAddress": {"address of a redirect", count(redirects.MaxAddress) + " bytes"},
	"redirects.MaxFile":    {"file of redirects", count(redirects.MaxFile>>20) + " MB"},
	"redirects.MaxLines":   {"file of redirects", count(redirects.MaxLines) + " lines"},
	"stafflist.MaxReach":   {"entries that an answer to a program of the staff counts", count(stafflist.MaxReach)},
}

// count writes a number as the manual does.
func count(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// limitsHold reports whether a row of the topic "limits" holds some words. Rows
// of the same name are in different tables.
func limitsHold(row, words string) bool {
	for line := range strings.Lines(manual.Find("limits").Source) {
		if (strings.HasPrefix(line, "| "+row+" |") || strings.HasPrefix(line, row)) && strings.Contains(line, words) {
			return true
		}
	}
	return false
}

// Every exported constant of the models whose name begins with Max is in the
// manual, with its value.
func TestTheManualNamesEveryLimit(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	walkGo(t, "../models", func(file *ast.File) {
		for _, decl := range file.Decls {
			general, ok := decl.(*ast.GenDecl)
			if !ok || general.Tok != token.CONST {
				continue
			}
			for _, spec := range general.Specs {
				for _, name := range spec.(*ast.ValueSpec).Names {
					if strings.HasPrefix(name.Name, "Max") {
						seen[file.Name.Name+"."+name.Name] = true
					}
				}
			}
		}
	})
	for name := range seen {
		limit, ok := limitRows[name]
		if !ok {
			t.Errorf("the limit %s has no row in limitRows: add it there and to views/manual/limits.md", name)
		} else if !limitsHold(limit.row, limit.words) {
			t.Errorf("the manual does not say %q of %q (%s)", limit.words, limit.row, name)
		}
	}
	for name := range limitRows {
		if !seen[name] {
			t.Errorf("limitRows has %s, which does not exist", name)
		}
	}
}

// walkGo parses the Go files below a folder, tests excepted.
func walkGo(t *testing.T, root string, visit func(*ast.File)) {
	t.Helper()
	err := fs.WalkDir(os.DirFS(root), ".", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), root+"/"+path, nil, 0)
		if err == nil {
			visit(file)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Every rate class and every size of a form is in the manual.
func TestTheManualNamesEveryRateAndFormSize(t *testing.T) {
	t.Parallel()
	classes := 0
	walkGo(t, ".", func(file *ast.File) {
		ast.Inspect(file, func(n ast.Node) bool {
			lit, ok := n.(*ast.CompositeLit)
			if !ok || len(lit.Elts) != 3 {
				return true
			}
			if kind, ok := lit.Type.(*ast.Ident); !ok || kind.Name != "rateClass" {
				return true
			}
			var values []string
			for _, e := range lit.Elts {
				if pair, ok := e.(*ast.KeyValueExpr); ok {
					e = pair.Value
				}
				values = append(values, strings.Trim(e.(*ast.BasicLit).Value, `"`))
			}
			classes++
			if !limitsHold(values[0], fmt.Sprintf("| %s | %s |", values[1], values[2])) {
				t.Errorf("the manual has no row of the rate class %v", values)
			}
			return true
		})
	})
	if classes < 8 {
		t.Errorf("only %d rate classes were found", classes)
	}
	for _, row := range handlers.Rows() {
		size := fmt.Sprintf("| %s KB |", count(int(math.Ceil(float64(row.MaxBody)/1024))))
		if row.MaxBody > 0 && !strings.Contains(manual.Find("limits").Source, size) {
			t.Errorf("%s %s takes %d bytes: the manual has no %q", row.Method, row.Path, row.MaxBody, size)
		}
	}
}
