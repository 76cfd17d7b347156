package handlers

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"broadsheet/models"
	"broadsheet/models/newsroom"
	"broadsheet/public"
	"broadsheet/public/appicon"
	"broadsheet/views"
)

// installing has the parts that a browser needs to install the site as an app: the manifest,
// the icons, the service worker and the page for readers without a network.
type installing struct {
	*pages
	assets *public.Assets

	mu    sync.Mutex
	icons map[string][]byte // drawn ones of the present name and colour, by file name
	drawn appicon.Icon      // that icons has
}

// offlinePath is the page that the service worker shows instead of a page that it
// has not kept.
const offlinePath = "/offline/"

// paperColor is the ground of a page in the light scheme, which an app shows while
// it starts.
const paperColor = "#fdfcf9"

// iconSizes are the sizes in the manifest. 192 and 512 are those that Chromium
// asks for.
var iconSizes = []int{192, 512}

// manifest is a web application manifest (W3C).
type manifest struct {
	ID          string         `json:"id"`
	Name        string         `json:"name"`
	ShortName   string         `json:"short_name"`
	Description string         `json:"description,omitempty"`
	Lang        string         `json:"lang"`
	Dir         string         `json:"dir"`
	StartURL    string         `json:"start_url"`
	Scope       string         `json:"scope"`
	Display     string         `json:"display"`
	Theme       string         `json:"theme_color"`
	Background  string         `json:"background_color"`
	Icons       []manifestIcon `json:"icons"`
}

type manifestIcon struct {
	Src     string `json:"src"`
	Sizes   string `json:"sizes"`
	Type    string `json:"type"`
	Purpose string `json:"purpose"`
}

func (in *installing) showManifest(c *request) error {
	if !c.site.Installable {
		return errNoPage
	}
	accent := in.assets.AccentColor(c.site.Accent)
	m := manifest{
		ID: "/", Name: c.site.Name, ShortName: shortName(c.site.Name), Description: c.site.Tagline, Lang: c.site.Language,
		Dir: views.DirOf(c.site.Language), StartURL: "/", Scope: "/", Display: "minimal-ui", Theme: accent, Background: paperColor,
	}
	icon := in.icon(c.site)
	for _, purpose := range []string{"any", "maskable"} { // one drawing is both
		for _, size := range iconSizes {
			m.Icons = append(m.Icons, manifestIcon{
				Src: iconPath(icon, size), Sizes: fmt.Sprintf("%dx%[1]d", size), Type: "image/png", Purpose: purpose,
			})
		}
	}
	body, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return in.send(c, "application/manifest+json", body, sharedAnswer(http.StatusOK), dependsOn(models.SettingsTag))
}

// shortNameRunes is the length of a name that home screens show in full.
const shortNameRunes = 12

// shortName returns the first words of a name that fit below an icon.
func shortName(name string) string {
	words := strings.Fields(name)
	if len(words) > 1 && strings.EqualFold(words[0], "the") {
		words = words[1:]
	}
	short := ""
	for _, w := range words {
		if next := strings.TrimSpace(short + " " + w); len([]rune(next)) <= shortNameRunes {
			short = next
		} else {
			break
		}
	}
	if short == "" && len(words) > 0 {
		short = string([]rune(words[0])[:min(shortNameRunes, len([]rune(words[0])))])
	}
	return short
}

// showWorker shows the service worker. Its first line names what the offline page
// depends on, so that browsers fetch that page again when it has changed. When
// the setting is off, the worker removes itself from browsers that have it.
func (in *installing) showWorker(c *request) error {
	sum := sha256.New()
	for _, part := range []string{c.site.Name, c.site.Language, c.site.Accent, in.assets.URL("site.css"), in.assets.URL("offline.js")} {
		fmt.Fprintln(sum, part)
	}
	body := fmt.Appendf(nil, "// %s\n%s", hex.EncodeToString(sum.Sum(nil)[:8]), in.assets.Worker(c.site.Installable))
	return in.send(c, "text/javascript; charset=utf-8", body, sharedAnswer(http.StatusOK), dependsOn(models.SettingsTag))
}

// showOffline shows the page for readers without a network. Its script lists
// the kept articles.
func (in *installing) showOffline(c *request) error {
	if !c.site.Installable {
		return errNoPage
	}
	page := in.frame(c.site, in.text(c.site, "offline.title"), offlinePath, nil)
	page.NoIndex = true
	return render(in.pages, c, views.OfflinePage, views.Offline{Page: page}, sharedAnswer(http.StatusOK), dependsOn(models.SettingsTag))
}

func (in *installing) icon(site *newsroom.Site) appicon.Icon {
	return appicon.New(site.Name, in.assets.AccentColor(site.Accent))
}

// iconPath returns the address of an icon, which names everything that is drawn.
func iconPath(icon appicon.Icon, size int) string { return "/assets/icons/" + iconFile(icon, size) }

func iconFile(icon appicon.Icon, size int) string {
	sum := sha256.Sum256(fmt.Append(nil, appicon.Version, icon))
	return hex.EncodeToString(sum[:5]) + "-" + strconv.Itoa(size) + ".png"
}

// showIcon shows an icon of the manifest. The address of an icon as it was before has
// none.
func (in *installing) showIcon(c *request) error {
	icon := in.icon(c.site)
	for _, size := range iconSizes {
		if c.Param("file") == iconFile(icon, size) {
			data, err := in.draw(icon, iconFile(icon, size), func() ([]byte, error) { return icon.PNG(size) })
			if err != nil {
				return err
			}
			c.Response().Header().Set("Cache-Control", "public, max-age=31536000, immutable")
			return c.Blob(http.StatusOK, "image/png", data)
		}
	}
	return errNoPage
}

// touchIconSize is the size that Apple's home screens ask for.
const touchIconSize = 180

func (in *installing) showTouchIcon(c *request) error {
	icon := in.icon(c.site)
	data, err := in.draw(icon, "touch", func() ([]byte, error) { return icon.PNG(touchIconSize) })
	if err != nil {
		return err
	}
	return in.send(c, "image/png", data, sharedAnswer(http.StatusOK), dependsOn(models.SettingsTag))
}

func (in *installing) showFavicon(c *request) error {
	icon := in.icon(c.site)
	data, err := in.draw(icon, "favicon", icon.ICO)
	if err != nil {
		return err
	}
	return in.send(c, "image/x-icon", data, sharedAnswer(http.StatusOK), dependsOn(models.SettingsTag))
}

// draw returns a drawing from memory, or makes it. The drawings of one icon are kept:
// they take a few kilobytes, and making one takes milliseconds.
func (in *installing) draw(icon appicon.Icon, name string, paint func() ([]byte, error)) ([]byte, error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.drawn != icon || in.icons == nil {
		in.drawn, in.icons = icon, map[string][]byte{}
	}
	if data := in.icons[name]; data != nil {
		return data, nil
	}
	data, err := paint()
	if err == nil {
		in.icons[name] = data
	}
	return data, err
}
