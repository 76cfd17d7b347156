package agents

import "strings"

// maxAgent is the length of a User-Agent, in bytes, from which no browser sends it.
const maxAgent = 1024

// browsers begin the User-Agent of browsers. All browsers with a picture of the page
// begin with Mozilla/, for a reason of 1994; the others show text.
var browsers = []string{"Mozilla/", "Opera/", "Lynx/", "ELinks/", "ELinks (", "Links (", "w3m/", "Dillo/", "NetSurf/", "Emacs-", "BrowseX"}

// words are parts of the User-Agent of robots, in lower case: common words for
// robots, programs that people make robots with, and names of single robots. Nearly
// all robots that name their operator give an address, which no browser does.
var words = []string{
	"bot", "crawl", "spider", "slurp", "scrap", "archiver", "fetch", "indexer", "preview", "monitor", "checker", "validator", "scanner",
	"http:", "https:", "www.", "@",
	"headless", "phantomjs", "puppeteer", "playwright", "selenium", "lighthouse", "pagespeed", "ptst/", "python", "curl", "wget",
	"httpclient", "http-client", "okhttp", "axios",
	"facebookexternalhit", "facebookcatalog", "meta-external", "embedly", "iframely", "vkshare", "flipboardproxy",
	"google-", "googleother", "googledocs", "google favicon", "google web", "mediapartners", "bytespider", "chatgpt-user",
	"claude-", "anthropic", "perplexity-user", "cohere", "mistralai", "ia_archive", "teoma", "yeti/",
	"qwantify", "netcraft", "pingdom", "statuscake", "gtmetrix", "dataprovider", "proximic", "comscore", "admantx", "grapeshot",
	"dareboost", "ahrefs", "semrush", "majestic", "censys", "zgrab", "nmap", "nikto", "sqlmap", "httrack", "winhttp",
	"nuzzel", "catchpoint", "sitecheck", "trendiction", "synthetics", "linkcheck", "linktiger", "siteimprove", "inspector", "watcher",
	"googleagent", "googleimageproxy", "(java)", "contentscan", "openvas", "-agent", "printfriendly", "manus-user",
}

// people are parts of the User-Agent of browsers that have one of the words, in lower
// case: Cubot makes telephones, and Facebook's application names the provider.
var people = []string{"cubot", "fban/", "fbav/"}

// byLetter are the words by their first letter.
var byLetter = func() (index [256][]string) {
	for _, word := range words {
		index[word[0]] = append(index[word[0]], word)
	}
	return index
}()

// IsRobot reports whether a User-Agent is not that of a browser which a person
// uses: it is empty, does not begin as browsers do, or has the name of a robot. A
// robot that sends the same text as a browser is not found. It allocates nothing.
func IsRobot(agent string) bool {
	if len(agent) > maxAgent || !startsAsBrowser(agent) || isBareCompatible(agent) {
		return true
	}
	for i := range len(agent) {
		for _, word := range byLetter[lower(agent[i])] {
			if hasFold(agent[i:], word) {
				return !isPerson(agent)
			}
		}
	}
	return false
}

func startsAsBrowser(agent string) bool {
	for _, start := range browsers {
		if strings.HasPrefix(agent, start) {
			// "Mozilla/5.0" alone, and texts that only begin with it, are from programs.
			return start != browsers[0] || strings.Contains(agent, " (")
		}
	}
	return false
}

// isBareCompatible reports whether the agent is "compatible" with a browser without
// being one. Among browsers, only old ones are.
func isBareCompatible(agent string) bool {
	_, after, found := strings.Cut(agent, "compatible; ")
	return found && !strings.HasPrefix(after, "MSIE ") && !strings.HasPrefix(after, "Konqueror")
}

func isPerson(agent string) bool {
	for _, word := range people {
		for i := range len(agent) {
			if hasFold(agent[i:], word) {
				return !strings.Contains(agent, "externalhit") && !strings.Contains(agent, "http")
			}
		}
	}
	return false
}

// hasFold reports whether s begins with a word in lower case, in any case.
func hasFold(s, word string) bool {
	if len(s) < len(word) {
		return false
	}
	for i := range len(word) {
		if lower(s[i]) != word[i] {
			return false
		}
	}
	return true
}

func lower(b byte) byte {
	if 'A' <= b && b <= 'Z' {
		return b + 'a' - 'A'
	}
	return b
}
