package robots

import (
	"strings"
	"sync"
	"sync/atomic"
)

// ListDate is the day on which the list of agents was last compared with the pages
// of the operators.
const ListDate = "2026-11-26"

// Family is the purpose for which robots read pages.
type Family string

// The families. The first three have a setting each. Search engines and other robots
// are counted, but have no setting.
const (
	Training Family = "ai-training"  // they collect texts to train models
	AISearch Family = "ai-search"    // they build the index of an AI search engine
	OnDemand Family = "ai-on-demand" // they fetch a page that the user of an assistant asks about
	Search   Family = "search"       // search engines
	Other    Family = "other"        // previews of links, archives, feeds, monitoring, tools
)

// Families lists the families in the order in which pages show them.
var Families = []Family{Training, AISearch, OnDemand, Search, Other}

// AI reports whether the family reads for AI.
func (f Family) AI() bool { return f == Training || f == AISearch || f == OnDemand }

// Agent is a robot.
type Agent struct {
	Name     string // as robots.txt names it; it is part of the User-Agent header
	Operator string
	Family   Family
	// TokenOnly agents send no requests of their own. The name is a switch in
	// robots.txt for what another robot of the operator has read.
	TokenOnly bool
}

// Agents lists the known agents, those with a more special name first.
var Agents = []Agent{
	{"GPTBot", "OpenAI", Training, false},
	{"OAI-SearchBot", "OpenAI", AISearch, false},
	{"ChatGPT-User", "OpenAI", OnDemand, false},
	{"ClaudeBot", "Anthropic", Training, false},
	{"Claude-SearchBot", "Anthropic", AISearch, false},
	{"Claude-User", "Anthropic", OnDemand, false},
	{"Claude-Web", "Anthropic", OnDemand, false},
	{"anthropic-ai", "Anthropic", Training, false},
	{"Google-Extended", "Google", Training, true},
	{"Google-CloudVertexBot", "Google", AISearch, false},
	{"Google-NotebookLM", "Google", OnDemand, false},
	{"Applebot-Extended", "Apple", Training, true},
	{"CCBot", "Common Crawl", Training, false},
	{"meta-externalagent", "Meta", Training, false},
	{"meta-externalfetcher", "Meta", OnDemand, false},
	{"meta-webindexer", "Meta", AISearch, false},
	{"FacebookBot", "Meta", Training, false},
	{"Amazonbot", "Amazon", Training, false},
	{"Amzn-SearchBot", "Amazon", AISearch, false},
	{"Amzn-User", "Amazon", OnDemand, false},
	{"Bytespider", "ByteDance", Training, false},
	{"PanguBot", "Huawei", Training, false},
	{"cohere-training-data-crawler", "Cohere", Training, false},
	{"cohere-ai", "Cohere", OnDemand, false},
	{"AI2Bot", "Allen Institute for AI", Training, false},
	{"Diffbot", "Diffbot", Training, false},
	{"Webzio-Extended", "Webz.io", Training, true},
	{"omgili", "Webz.io", Training, false},
	{"PerplexityBot", "Perplexity", AISearch, false},
	{"Perplexity-User", "Perplexity", OnDemand, false},
	{"YouBot", "You.com", AISearch, false},
	{"DuckAssistBot", "DuckDuckGo", OnDemand, false},
	{"MistralAI-Index", "Mistral", AISearch, false},
	{"MistralAI-User", "Mistral", OnDemand, false},

	{"Googlebot", "Google", Search, false},
	{"bingbot", "Microsoft", Search, false},
	{"Applebot", "Apple", Search, false},
	{"DuckDuckBot", "DuckDuckGo", Search, false},
	{"YandexBot", "Yandex", Search, false},
	{"Baiduspider", "Baidu", Search, false},
	{"SeznamBot", "Seznam", Search, false},
	{"Qwantbot", "Qwant", Search, false},
	{"MojeekBot", "Mojeek", Search, false},
	{"PetalBot", "Huawei", Search, false},
	{"Yeti", "Naver", Search, false},

	{"archive.org_bot", "Internet Archive", Other, false},
	{"AhrefsBot", "Ahrefs", Other, false},
	{"SemrushBot", "Semrush", Other, false},
	{"facebookexternalhit", "Meta", Other, false},
	{"Twitterbot", "X", Other, false},
	{"Slackbot", "Slack", Other, false},
	{"TelegramBot", "Telegram", Other, false},
	{"WhatsApp", "Meta", Other, false},
	{"Discordbot", "Discord", Other, false},
	{"Mastodon", "Mastodon", Other, false},
	{"Feedly", "Feedly", Other, false},
	{"Feedbin", "Feedbin", Other, false},
	{"Inoreader", "Inoreader", Other, false},
	{"curl", "", Other, false},
	{"Wget", "", Other, false},
	{"python-requests", "", Other, false},
	{"Go-http-client", "", Other, false},
	{unnamed, "", Other, false},
}

// unnamed is the name for robots that are not in the list.
const unnamed = "bot"

// lower are the names in small letters, in the order of Agents.
var lower = func() []string {
	names := make([]string, len(Agents))
	for i, a := range Agents {
		names[i] = strings.ToLower(a.Name)
	}
	return names
}()

// maxKnown bounds the remembered headers. Beyond it all are forgotten, so that a
// client that invents headers costs no memory.
const maxKnown = 4096

// maxHeader is the longest User-Agent header that is looked at, in bytes.
const maxHeader = 512

// known remembers the agents of headers: every request is looked up.
var known struct {
	agents sync.Map // of string to *Agent
	size   atomic.Int64
}

// Find returns the agent that sends a User-Agent header, nil for a browser or an
// empty header. Any software whose header has "bot", "crawler" or "spider" in it is a
// robot: the last agent of the list if it has no entry of its own. A header can be
// forged, so the answer is good for counting and for limits, and not for rights.
func Find(header string) *Agent {
	if header == "" {
		return nil
	}
	if len(header) > maxHeader {
		header = header[:maxHeader]
	}
	if agent, ok := known.agents.Load(header); ok {
		return agent.(*Agent)
	}
	agent := find(strings.ToLower(header))
	if known.size.Add(1) > maxKnown {
		known.agents.Clear()
		known.size.Store(0)
	}
	known.agents.Store(strings.Clone(header), agent)
	return agent
}

// find is Find without memory, for a header in small letters.
func find(header string) *Agent {
	for i, name := range lower {
		if !Agents[i].TokenOnly && name != unnamed && strings.Contains(header, name) {
			return &Agents[i]
		}
	}
	for _, word := range []string{"bot", "crawl", "spider", "slurp", "headless"} {
		if strings.Contains(header, word) {
			return &Agents[len(Agents)-1]
		}
	}
	return nil
}

// Named returns the agent with a name, nil if the list has none.
func Named(name string) *Agent {
	for i := range Agents {
		if Agents[i].Name == name {
			return &Agents[i]
		}
	}
	return nil
}

// Denied returns the names of the agents of families, for robots.txt.
func Denied(families ...Family) (names []string) {
	for _, family := range families {
		for i := range Agents {
			if Agents[i].Family == family {
				names = append(names, Agents[i].Name)
			}
		}
	}
	return names
}
