package agents

import "strings"

// browserNames and systemNames are parts of User-Agent headers. The order matters: most
// browsers also name several others, so the most specific part is first.
var (
	browserNames = [][2]string{
		{"Edg/", "Edge"},
		{"OPR/", "Opera"},
		{"SamsungBrowser/", "Samsung Internet"},
		{"Firefox/", "Firefox"},
		{"FxiOS/", "Firefox"},
		{"Chrome/", "Chrome"},
		{"CriOS/", "Chrome"},
		{"Safari/", "Safari"},
		{"Lynx/", "Lynx"},
		{"curl/", "curl"},
	}
	systemNames = [][2]string{
		{"Android", "Android"},
		{"iPhone", "iPhone"},
		{"iPad", "iPad"},
		{"Windows", "Windows"},
		{"CrOS", "ChromeOS"},
		{"Macintosh", "macOS"},
		{"Linux", "Linux"},
	}
)

// maxProduct is the length, in bytes, of the longest name of a program that [Name]
// returns.
const maxProduct = 30

// Name returns the browser and the system of a User-Agent header, without versions. Of a
// program that is no known browser it returns the first word, if the header begins with
// a word and a version. It returns "" if it knows neither.
func Name(agent string) string {
	find := func(table [][2]string) string {
		for _, row := range table {
			if strings.Contains(agent, row[0]) {
				return row[1]
			}
		}
		return ""
	}
	browser, system := find(browserNames), find(systemNames)
	if browser == "" {
		browser = product(agent)
	}
	if browser != "" && system != "" {
		return browser + " · " + system
	}
	return browser + system
}

// product returns the word before the version with which a User-Agent header begins, ""
// if there is none. All browsers with a picture of the page call themselves Mozilla.
func product(agent string) string {
	word, _, found := strings.Cut(agent, "/")
	strange := func(r rune) bool {
		return r != '-' && r != '.' && r != '_' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	}
	if !found || word == "Mozilla" || len(word) > maxProduct || strings.ContainsFunc(word, strange) {
		return ""
	}
	return word
}
