package main

import "github.com/alecthomas/kong"

// longHelp holds the help texts that are too long for a struct tag, by the name
// of the variable that the tag names.
var longHelp = kong.Vars(map[string]string{
	"help_front_matter": "Markdown with YAML front matter: title, id, slug, standfirst, language, authors, categories, " +
		"tags, date, status, comments, commenters, recommend, republish, translation_key.",
	"help_session_key": "Secret of at least 32 bytes that signs cookies, links and the log of decisions; by default made " +
		"and kept in the data directory. The same for all instances.",
	"help_stream": "Judge the rows in order, as if they came in now (also ip, article_id, date, label: spam or ham), " +
		"learn each label as a decision some rows later, and print caught, held, binned and the mark over " +
		"time. Rules that hold every comment, or every first one, are left out.",
	"help_doctor": "Check data directory, disk, key, schema, clock, mail, log of decisions and counts, and say what " +
		"to do.",
	"help_base_url": "The site's public address, such as https://news.example; by default the address it listens on.",
	"help_trusted_proxy": "Proxies that may tell the client's address by X-Forwarded-For or Forwarded, such as " +
		"127.0.0.1/32; none by default. Repeatable.",
	"help_tls_cert": "Certificate with its chain, in PEM; with it the site itself speaks HTTPS and HTTP/2. Read again " +
		"when it changes.",
	"help_smtp": "Mail server, such as smtps://user:password@mail.example, smtp:// for STARTTLS, or " +
		"smtp://localhost:25?tls=none for one on this machine without TLS; without one no mail is sent.",
	"help_cache": "Memory for the page cache, in MB",
	"help_pages_at_once": "How many pages are rendered at once; further requests wait in the order in which they came. By " +
		"default the number of cores, twice that with PostgreSQL; 0 sets no limit.",
	"help_page_queue": "How many requests may wait for rendering",
	"help_cdn_age": "How long a cache in front of the site may keep pages, such as 60s; it is told by s-maxage and " +
		"Surrogate-Key. By default it must ask each time.",
	"help_drain_time":  "How long running requests may take to finish when the server is told to stop",
	"help_idle":        "a new one replaces the one that has been idle longest, or waits.",
	"help_connections": "How many connections may be open at once",
})
