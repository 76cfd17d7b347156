//go:build browser

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// Tests in a real browser, on the demo newsroom served by the real binary.
// They need Chromium, Java and two checkers at paths from the environment;
// .ci/check installs all of them:
//
//	go test -tags browser -run TestBrowser ./cmd/broadsheet
//
// BROADSHEET_AXE is axe-core's axe.min.js, BROADSHEET_VNU the Nu HTML
// checker's vnu.jar, BROADSHEET_CHROMIUM the browser if it is not in PATH.

// view is a page to look at: its address, or the way to find it.
type view struct {
	name   string
	path   string         // fixed, or the page on which to look for; whole for the gallery
	find   *regexp.Regexp // the address, as the first group
	status int
}

// refusedStatus matches the statuses of refused comments, and of ended sessions.
var refusedStatus = regexp.MustCompile(`\b(401|403|404|409|410|422|429)\b`)

var articleLink = regexp.MustCompile(`href="(?:http://[^/"]+)?(/\d{4}/\d{2}/\d{2}/[^/"?#]+/)"`)

// pagesToCheck is every kind of page of the demo that a reader can meet;
// "article" is the first one of the front page. Pages to which the demo does
// not lead, such as a withdrawn article or an empty category, come from the
// gallery.
var pagesToCheck = []view{
	{name: "front", path: "/", status: 200},
	{name: "front-2", path: "/page/2/", status: 200},
	{name: "section", path: "/category/world-news/", status: 200},
	{name: "subsection", path: "/category/world-news/middle-east/", status: 200},
	{name: "author", path: "/author/nadia-farrow/", status: 200},
	{name: "tag", path: "/tag/harbour-tunnel/", status: 200},
	{name: "search", path: "/?s=harbour", status: 200},
	{name: "search-none", path: "/?s=xyzzy", status: 200},
	{name: "article", path: "/", find: articleLink, status: 200},
	{name: "arabic", path: "/category/world-news/middle-east/", find: regexp.MustCompile(`lang="ar"[^>]*>(?s:.{0,900}?)` + articleLink.String()), status: 200},
	{name: "year", path: "/", find: regexp.MustCompile(`href="(?:http://[^/"]+)?(/\d{4}/)\d{2}/\d{2}/`), status: 200},
	{name: "month", path: "/", find: regexp.MustCompile(`href="(?:http://[^/"]+)?(/\d{4}/\d{2}/)\d{2}/`), status: 200},
	{name: "day", path: "/", find: regexp.MustCompile(`href="(?:http://[^/"]+)?(/\d{4}/\d{2}/\d{2}/)`), status: 200},
	{name: "missing", path: "/no-such-page/", status: 404},
}

func TestBrowser(t *testing.T) {
	t.Parallel() // it has a site and a browser of its own
	b := newBench(t)
	found := b.findPages(t)
	t.Run("weight", b.weighPages) // before the tests that write
	t.Run("front", func(t *testing.T) { b.lookAtFront(t, found) })
	t.Run("focus", b.keepFocus)
	t.Run("firefox", b.lookInFirefox)
	t.Run("without script", b.walkWithoutScript)
	t.Run("nothing is lost", b.nothingIsLost)
	t.Run("comfort of script", b.comfortOfScript)
	t.Run("text browser", b.walkInLynx)
	t.Run("offline", b.readOffline)
	t.Run("desk by keyboard", b.deskByKeyboard)
	t.Run("desk decides once", b.deskDecidesOnce)
	t.Run("desk cards", b.deskCards)
	t.Run("desk fold", b.deskFold)
	t.Run("desk frame", b.deskFrame)
	t.Run("desk news", b.deskNews)
	t.Run("desk stories", b.deskStories)
	t.Run("ban by keyboard", b.banByKeyboard)
	t.Run("desk without script", b.deskWithoutScript)
	t.Run("settings and rules", b.settingsAndRules)
	t.Run("staff on the story", b.staffOnTheStory)
	t.Run("mail about held comments", b.decideFromMail)
	t.Run("rename on the card", b.renameOnTheCard)
	t.Run("passkeys", b.usePasskeys)
	t.Run("code in place", b.codeInPlace)
	t.Run("refused in the frame", b.refusedInFrame)
	t.Run("invitation", b.inviteWithScript)
	t.Run("invitation without script", b.inviteWithoutScript)
	t.Run("paint", func(t *testing.T) { b.paintPages(t, found) })
	// These publish stories: the tests above take the demo's own from the front page.
	t.Run("correcting", b.correcting)
	t.Run("writing", b.writing)
	t.Run("arranging", b.arranging)
	t.Run("arranging blocks", b.arrangingBlocks)
	t.Run("front in Arabic", b.frontInArabic)
	t.Run("library", b.library)
}

// TestBrowserPages looks at every page of the site and of the gallery.
func TestBrowserPages(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	found := b.findPages(t)
	t.Run("html", func(t *testing.T) { b.checkHTML(t, found) })
	t.Run("pages", func(t *testing.T) { b.lookAtPages(t, found) })
}

// bench is a site and a browser to look at it with.
type bench struct {
	site    *site
	gallery *site
	binary  string
	data    string
	browser context.Context
}

func newBench(t *testing.T) *bench {
	t.Helper()
	dir := t.TempDir()
	b := &bench{binary: filepath.Join(dir, "broadsheet"), data: filepath.Join(dir, "site")}
	if out, err := exec.Command("go", "build", "-o", b.binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("building: %v\n%s", err, out)
	}
	b.site = &site{env: []string{"HOME=" + dir, "PATH=" + os.Getenv("PATH"), "TMPDIR=" + dir}}
	if err := b.site.start(dir, b.binary, "--demo", "--data", b.data); err != nil {
		t.Fatal(err)
	}
	b.gallery = &site{env: b.site.env}
	if err := b.gallery.run(dir, b.binary, "gallery", "--addr", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.gallery.kill)
	// All of the bench's browsers share an address; people do not.
	if out, err := exec.Command(b.binary, "setting", "set", "comment.flood", "0", "--data", b.data).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Cleanup(func() {
		if err := b.site.stop(); err != nil {
			t.Errorf("stopping: %v", err)
		}
	})
	b.browser = startBrowser(t)
	return b
}

// startBrowser starts Chromium, which ends with the test.
func startBrowser(t *testing.T) context.Context {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.UserDataDir(t.TempDir()))
	if path := os.Getenv("BROADSHEET_CHROMIUM"); path != "" {
		options = append(options, chromedp.ExecPath(path))
	}
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	browser, closeBrowser := chromedp.NewContext(allocator)
	t.Cleanup(closeBrowser)
	if err := chromedp.Do(browser); err != nil {
		t.Fatalf("starting Chromium: %v", err)
	}
	return browser
}

// required returns the file that an environment variable names.
func required(t *testing.T, name string) string {
	t.Helper()
	path := os.Getenv(name)
	if path == "" {
		t.Skipf("%s is not set; .ci/check sets it", name)
	}
	return path
}

func (b *bench) address(path string) string {
	if strings.HasPrefix(path, "http:") {
		return path
	}
	return strings.TrimSuffix(b.site.url, "/") + path
}

func (b *bench) get(t *testing.T, path string) (status int, body string) {
	t.Helper()
	res, err := http.Get(b.address(path))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(raw)
}

// findPages resolves the table into addresses that answer as they should.
func (b *bench) findPages(t *testing.T) []view {
	t.Helper()
	var found []view
	for _, v := range pagesToCheck {
		if v.find != nil {
			_, body := b.get(t, v.path)
			m := v.find.FindStringSubmatch(body)
			if m == nil {
				t.Errorf("%s: nothing on %s leads to it", v.name, v.path)
				continue
			}
			v.path = m[1]
		}
		status, body := b.get(t, v.path)
		if status != v.status {
			t.Errorf("%s: %s answers %d, want %d", v.name, v.path, status, v.status)
		}
		found = append(found, v)
		reply := regexp.MustCompile(`href="[^"]*?(\?replytocom=\d+)`).FindStringSubmatch(body)
		if v.name == "article" && reply != nil {
			found = append(found, view{name: "replying", path: v.path + reply[1]})
		}
	}
	_, index := b.get(t, b.gallery.url)
	index, _, _ = strings.Cut(index, "<footer") // its links lead to pages that the gallery has not
	samples := regexp.MustCompile(`href="/([a-z0-9-]+)/"`).FindAllStringSubmatch(index, -1)
	if len(samples) < 20 {
		t.Fatalf("the gallery lists %d samples", len(samples))
	}
	for _, m := range samples {
		if m[1] == "ban-panel" {
			continue // a fragment that the desk's script puts into a card; browser_deskpages_test.go has it there
		}
		found = append(found, view{name: "gallery-" + m[1], path: strings.TrimSuffix(b.gallery.url, "/") + "/" + m[1] + "/"})
	}
	return found
}

// refused posts an empty reply and returns the page that comes back.
func (b *bench) refused(t *testing.T, article string) string {
	t.Helper()
	_, body := b.get(t, article)
	id := regexp.MustCompile(`name="comment_post_ID"[^>]*value="(\d+)"|value="(\d+)"[^>]*name="comment_post_ID"`).FindStringSubmatch(body)
	if id == nil {
		t.Fatalf("%s has no reply form", article)
	}
	res, err := http.PostForm(b.address("/wp-comments-post.php"),
		url.Values{"comment_post_ID": {id[1] + id[2]}, "comment_parent": {"0"}, "author": {"<b>"}, "email": {"nobody"}})
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("an empty reply gets %s, %v; want 422", res.Status, err)
	}
	return string(raw)
}

// checkHTML gives all pages to the Nu HTML checker at once, since starting
// Java takes longer than the checking.
func (b *bench) checkHTML(t *testing.T, found []view) {
	jar, dir := required(t, "BROADSHEET_VNU"), t.TempDir()
	save := func(name, body string) {
		if err := os.WriteFile(filepath.Join(dir, name+".html"), []byte(body), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, v := range found {
		_, body := b.get(t, v.path)
		save(v.name, body)
		if v.name == "article" {
			save("refused", b.refused(t, v.path))
		}
	}
	out, err := exec.Command("java", "-jar", jar, "--errors-only", "--stdout", dir).CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, strings.ReplaceAll(string(out), dir, ""))
	}
}

// lookAtPages opens each page on a phone and on a desk, in light and dark. A page is loaded
// once in a width: the rules that depend on colours alone are tried again in the dark, and
// the layout of the phone is also looked at on the narrowest one.
// isChecked reports whether axe checks a page at a width of 360 or 1280. It checks each page
// at one of them, because it takes most of the time of the browser tests. With
// BROADSHEET_ALL_PAGES it checks both. The layout is checked at all widths.
func isChecked(page string, width int64) bool {
	sum := fnv.New32a()
	_, _ = io.WriteString(sum, page)
	return os.Getenv("BROADSHEET_ALL_PAGES") != "" || (sum.Sum32()%2 == 0) == (width == 360)
}

func (b *bench) lookAtPages(t *testing.T, found []view) {
	axe := axeSource(t)
	for _, width := range []int64{360, 1280} {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			tab := b.newTab(t)
			for _, v := range found {
				tab.do(emulate(width, "light"), chromedp.Navigate(b.address(v.path)))
				tab.checkLayout(v.name)
				if isChecked(v.name, width) {
					tab.checkAccess(v.name, axe)
					tab.do(emulate(width, "dark"))
					tab.checkRules(v.name+", dark", coloursOnly)
				}
				if width == 360 {
					tab.do(chromedp.EmulateViewport(320, 640))
					tab.checkLayout(v.name + " at 320")
				}
			}
		})
	}
}

// coloursOnly makes axe try only the rules that another colour scheme can break.
const coloursOnly = `{runOnly: ["color-contrast", "link-in-text-block"]}`

func emulate(width int64, scheme string) chromedp.Action[chromedp.Void] {
	return chromedp.Steps(chromedp.EmulateViewport(width, 800),
		command(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
		}))
}

// command makes an action of a bare protocol command.
func command[P, R any](cmd cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, cmd, params)
		return err
	})
}

// ask is a command with an answer.
func ask[P, R any](cmd cdp.Command[P, R], params P) chromedp.Action[R] {
	return func(ctx context.Context, target *chromedp.Target) (R, error) {
		return cdp.Call(ctx, target, cmd, params)
	}
}

// tab is one tab, watched for requests to other hosts and for complaints
// such as a breach of the content security policy.
type tab struct {
	t   *testing.T
	ctx context.Context

	mu      sync.Mutex
	foreign []string
	said    []string
}

func (b *bench) newTab(t *testing.T) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(b.browser, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	tb := &tab{t: t, ctx: ctx}
	own := map[string]bool{}
	for _, s := range []*site{b.site, b.gallery} {
		home, err := url.Parse(s.url)
		if err != nil {
			t.Fatal(err)
		}
		own[home.Host] = true
	}
	err := chromedp.Listen(ctx, func(ev any) {
		tb.mu.Lock()
		defer tb.mu.Unlock()
		switch ev := ev.(type) {
		case *network.EventRequestWillBeSent:
			if u, err := url.Parse(ev.Request.URL); err != nil || strings.HasPrefix(u.Scheme, "http") && !own[u.Host] {
				tb.foreign = append(tb.foreign, ev.Request.URL)
			}
		case *log.EventEntryAdded:
			// The missing page's own 404 and a refused form's 422 are no complaints.
			form := regexp.MustCompile(`/wp-comments-post\.php|/login$|/login/(code|invitation)/|/report/$`).MatchString(ev.Entry.URL)
			form = form || strings.Contains(ev.Entry.URL, "/desk/") || strings.HasSuffix(ev.Entry.URL, refusedConsent)
			expected := strings.Contains(ev.Entry.URL, "/no-such-page/") || form && refusedStatus.MatchString(ev.Entry.Text)
			if ev.Entry.Level == log.EntryLevelError && !expected {
				tb.said = append(tb.said, ev.Entry.Text+" "+ev.Entry.URL)
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		tb.mu.Lock()
		defer tb.mu.Unlock()
		for _, address := range tb.foreign {
			t.Errorf("a request to another host: %s", address)
		}
		for _, text := range tb.said {
			t.Errorf("the browser complains: %s", text)
		}
	})
	return tb
}

// do runs the steps and ends the test at the first that fails or takes too
// long.
func (tb *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	tb.t.Helper()
	ctx, cancel := context.WithTimeout(tb.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		where, _ := chromedp.Run(ctx, chromedp.Location())
		tb.t.Fatalf("%v, at %s", err, where)
	}
}

// value runs an action that returns something.
func value[T any](tb *tab, action chromedp.Action[T]) T {
	tb.t.Helper()
	ctx, cancel := context.WithTimeout(tb.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, action)
	if err != nil {
		where, _ := chromedp.Run(ctx, chromedp.Location())
		tb.t.Fatalf("%v, at %s", err, where)
	}
	return v
}

// checkLayout fails when the page is wider than the window.
func (tb *tab) checkLayout(name string) {
	tb.t.Helper()
	wide := value(tb, chromedp.Evaluate[int](`Math.max(...[document.documentElement, ...document.querySelectorAll("dialog[open]")].map((box) => box.scrollWidth - box.clientWidth))`))
	if wide > 0 {
		tb.t.Errorf("%s: the page is %d px wider than the window, or a dialog than itself", name, wide)
	}
}

// checkAccess runs axe, with the rule for small targets that is off by
// default. The debugger may evaluate scripts that the page's policy forbids.
func (tb *tab) checkAccess(name, axe string) {
	tb.t.Helper()
	tb.do(chromedp.Evaluate[chromedp.Void](axe))
	tb.checkRules(name, `{rules: {"target-size": {enabled: true}}}`)
}

// checkRules runs axe, which is in the page already, with options.
func (tb *tab) checkRules(name, options string) {
	tb.t.Helper()
	out := value(tb, chromedp.Evaluate[string](`axe.run(`+options+`).then(r => JSON.stringify(
		r.violations.map(v => ({id: v.id, help: v.help, nodes: v.nodes.slice(0, 3).map(n => n.html.slice(0, 200) + " " + n.failureSummary)}))))`,
		chromedp.EvalAwaitPromise))
	var violations []struct {
		ID, Help string
		Nodes    []string
	}
	if err := json.Unmarshal([]byte(out), &violations); err != nil {
		tb.t.Fatal(err)
	}
	for _, v := range violations {
		tb.t.Errorf("%s: %s, %s\n\t%s", name, v.ID, v.Help, strings.Join(v.Nodes, "\n\t"))
	}
}

// pressEnter presses Enter as one event, as a keyboard does, so that a page that has used
// the key gets no second one that sends the form.
func (tb *tab) pressEnter() {
	tb.t.Helper()
	key := input.DispatchKeyEventParams{
		Type: input.DispatchKeyEventTypeKeyDown, Key: "Enter", Code: "Enter", Text: "\r", WindowsVirtualKeyCode: 13, NativeVirtualKeyCode: 13,
	}
	tb.do(command(input.DispatchKeyEvent, key))
	key.Type, key.Text = input.DispatchKeyEventTypeKeyUp, ""
	tb.do(command(input.DispatchKeyEvent, key))
}

// visit does something that leads to another page and waits for that.
func (tb *tab) visit(action chromedp.Action[chromedp.Void]) {
	tb.t.Helper()
	value(tb, chromedp.WaitEvent(page.LoadEventFired, nil, action))
}

func (tb *tab) click(selector string) {
	tb.t.Helper()
	tb.visit(chromedp.Click(chromedp.CSS(selector)))
}

func (tb *tab) source() string {
	tb.t.Helper()
	return value(tb, chromedp.OuterHTML(chromedp.CSS("html")))
}
