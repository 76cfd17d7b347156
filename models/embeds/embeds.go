package embeds

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// Embed is something on another site.
type Embed struct {
	Service string // name of the service, the same in every language
	Address string // of its page for people, as the author wrote it
	Frame   string // address of the frame: https
	Host    string // of the frame
	Shape   string // Wide, Tall or Flat
	// Origin means that the frame fails unless the browser names this site to it.
	Origin bool
}

// The shapes of frames.
const (
	Wide = "wide" // a film
	Tall = "tall" // a post
	Flat = "flat" // a player of sound
)

// service is a kind of address. frame is the address of the frame, with the groups of the
// patterns of path and query.
type service struct {
	name  string
	hosts string // separated by spaces, without www.; "" for every host
	path  *regexp.Regexp
	query string         // name of a required parameter, "" for none
	value *regexp.Regexp // of the parameter
	frame string         // $1 and so on are groups of path, or of value
	shape string
}

// services are the known ones. The first that fits is taken, so the one with any host is
// the last.
var services = []service{
	{
		name: "YouTube", hosts: "youtube.com m.youtube.com music.youtube.com", path: regexp.MustCompile(`^/watch$`),
		query: "v", value: regexp.MustCompile(`^([\w-]{11})$`), frame: "https://www.youtube-nocookie.com/embed/$1?rel=0", shape: Wide,
	},
	{
		name: "YouTube", hosts: "youtube.com m.youtube.com", path: regexp.MustCompile(`^/(?:shorts|live|embed)/([\w-]{11})$`),
		frame: "https://www.youtube-nocookie.com/embed/$1?rel=0", shape: Wide,
	},
	{
		name: "YouTube", hosts: "youtu.be", path: regexp.MustCompile(`^/([\w-]{11})$`),
		frame: "https://www.youtube-nocookie.com/embed/$1?rel=0", shape: Wide,
	},
	{
		name: "Vimeo", hosts: "vimeo.com", path: regexp.MustCompile(`^/(\d{5,12})$`),
		frame: "https://player.vimeo.com/video/$1?dnt=1", shape: Wide,
	},
	{
		name: "Vimeo", hosts: "vimeo.com", path: regexp.MustCompile(`^/(\d{5,12})/([0-9a-f]{6,20})$`),
		frame: "https://player.vimeo.com/video/$1?dnt=1&h=$2", shape: Wide,
	},
	{
		name: "X", hosts: "x.com twitter.com mobile.twitter.com", path: regexp.MustCompile(`^/\w{1,15}/status/(\d{1,20})$`),
		frame: "https://platform.twitter.com/embed/Tweet.html?dnt=true&id=$1", shape: Tall,
	},
	{
		name: "Instagram", hosts: "instagram.com", path: regexp.MustCompile(`^/(?:[\w.]{1,30}/)?(p|reel|tv)/([\w-]{5,40})$`),
		frame: "https://www.instagram.com/$1/$2/embed/", shape: Tall,
	},
	{
		name: "TikTok", hosts: "tiktok.com m.tiktok.com", path: regexp.MustCompile(`^/@[\w.]{1,30}/video/(\d{1,20})$`),
		frame: "https://www.tiktok.com/player/v1/$1", shape: Tall,
	},
	{
		name: "Spotify", hosts: "open.spotify.com",
		path:  regexp.MustCompile(`^/(?:intl-[a-z-]{2,7}/)?(track|album|playlist|artist|episode|show)/([0-9A-Za-z]{22})$`),
		frame: "https://open.spotify.com/embed/$1/$2", shape: Flat,
	},
	{
		name: "Datawrapper", hosts: "datawrapper.dwcdn.net", path: regexp.MustCompile(`^/(\w{5})(?:/(\d{1,5}))?$`),
		frame: "https://datawrapper.dwcdn.net/$1/$2", shape: Tall,
	},
	{
		name: "Datawrapper", hosts: "datawrapper.de", path: regexp.MustCompile(`^/_/(\w{5})$`),
		frame: "https://datawrapper.dwcdn.net/$1/", shape: Tall,
	},
	{
		name: "Mastodon", path: regexp.MustCompile(`^/(@\w{1,30}(?:@[\w.-]{1,100})?)/(\d{15,20})$`),
		frame: "https://$0/$1/$2/embed", shape: Tall,
	},
}

// anyHost is a name of the public network: no number, no port, no single word.
var anyHost = regexp.MustCompile(`^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}$`)

// MaxAddressBytes is the most bytes of an address that is looked at.
const MaxAddressBytes = 500

// Of returns the film or post at an address; ok is false for an address of no known service.
func Of(address string) (Embed, bool) {
	u, err := url.Parse(address)
	if err != nil || len(address) > MaxAddressBytes || u.Scheme != "https" && u.Scheme != "http" || u.User != nil || u.Port() != "" {
		return Embed{}, false
	}
	host := strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
	path := strings.TrimSuffix(u.EscapedPath(), "/")
	for _, s := range services {
		if s.hosts == "" && !anyHost.MatchString(host) || s.hosts != "" && !contains(s.hosts, host) {
			continue
		}
		groups := s.path.FindStringSubmatch(path)
		if groups != nil && s.query != "" {
			groups = s.value.FindStringSubmatch(u.Query().Get(s.query))
		}
		if groups == nil {
			continue
		}
		groups[0] = host
		e := Embed{Service: s.name, Address: address, Shape: s.shape, Origin: s.name == "YouTube", Frame: fill(s.frame, groups)}
		if seconds := start(u.Query()); s.name == "YouTube" && seconds > 0 {
			e.Frame += "&start=" + strconv.Itoa(seconds)
		}
		frame, err := url.Parse(e.Frame)
		if err != nil {
			return Embed{}, false
		}
		e.Host = frame.Host
		return e, true
	}
	return Embed{}, false
}

func contains(hosts, host string) bool {
	for known := range strings.FieldsSeq(hosts) {
		if known == host {
			return true
		}
	}
	return false
}

// fill puts groups into the address of a frame.
func fill(frame string, groups []string) string {
	for i, group := range groups {
		frame = strings.ReplaceAll(frame, "$"+strconv.Itoa(i), group)
	}
	return frame
}

// start returns the second at which a film begins, 0 for its beginning.
func start(q url.Values) int {
	for _, name := range []string{"t", "start"} {
		if n, err := strconv.Atoi(strings.TrimSuffix(q.Get(name), "s")); err == nil && n > 0 && n < 1_000_000 {
			return n
		}
	}
	return 0
}
