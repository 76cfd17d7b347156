// Package robots knows the robots that read sites, by the names they send. It holds
// no state and needs no database.
//
//	agents.go  the list of agents by family, and Find
//
// # Where the list comes from
//
// From the operators' public pages about their robots: OpenAI (platform.openai.com/docs/bots),
// Anthropic (support.claude.com, "Does Anthropic crawl data from the web"), Google
// (developers.google.com/crawling, common crawlers and user-triggered fetchers),
// Meta (developers.facebook.com/docs/sharing/webmasters), Apple
// (support.apple.com/119829), Amazon (developer.amazon.com/amazonbot), Perplexity
// (docs.perplexity.ai/guides/bots), Mistral (docs.mistral.ai/robots), DuckDuckGo
// (duckduckgo.com/duckduckgo-help-pages/results/duckassistbot), Common Crawl
// (commoncrawl.org/ccbot), Cohere, Allen Institute for AI, Diffbot, Webz.io, You.com,
// Microsoft (bing.com/webmasters), Yandex, Baidu, Internet Archive. ByteDance and
// Huawei publish a name only.
package robots
