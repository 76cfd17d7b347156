// Package models is the kernel below everything that Broadsheet stores: the
// database handles, the transaction, the change log and errors.
//
// The domain is in three packages above it. Each imports only those below:
//
//	people      accounts, roles, passwords, bans
//	newsroom    articles, categories, tags, authors, pictures, lists, search, reads
//	discussion  comments: threads, states, posting, deciding
//
// Beside them are digest and subscription (news by mail), feedstate and queue, and packages
// without tables, such as richtext (markup, sanitising), terms (words) and blob (files).
//
// # Files
//
//	db.go          the two handles of a database
//	tx.go          Queryer and Tx; work after the commit
//	query.go       First, Lock, and queries that bypass GORM
//	columns.go     column lists and scan targets of a row type
//	dialect.go     all differences between SQLite and PostgreSQL
//	writequeue.go writeconn.go checkpoint.go
//	               group commit, the writing connection and the log of SQLite
//	statements.go  counts statements at the driver
//	changes.go     cache tags and the change log
//	snapshot.go    values cached until a cache tag changes
//	cursor.go      the progress of tasks that work through a table
//	lease.go       leases for tasks that one instance does; start.go: the first run of a build
//	audit.go       the audit of settings, accounts and articles; actor.go: its actors
//	commenters.go  the groups of people that may comment
//	reserved.go    parts of addresses that belong to the site itself
//	keyring.go     signatures under the session keys; signer.go: short ones for links
//	notice.go      faults that the operator must fix
//	errors.go      kinds of errors
//	network.go     networks that limits and bans count by
//	digits.go      digits of all scripts; time.go: instants as they are stored
//
// # Reading and writing
//
// A function that only reads takes a [Queryer]: the database or a running
// transaction. A building block that writes takes a [*Tx]. A whole use case
// (discussion.Post, newsroom.Save) takes a context and a [*DB] and opens its
// one [DB.Write] itself. So the parameter tells whether a function may write, and a
// handler, which holds a [*DB], cannot forget to announce a change.
//
// GORM is for single rows, for writes and for short lists: [First], [Tx.Lock],
// Find, Create, Updates. [Columns.All] and [QueryRows] with SQL text are for the
// queries of a page and for text with joins, unions or many columns; their column
// lists come from [ColumnsOf]. Raw with Scan is for one value or a few columns.
// A change in SQL text uses GORM's Exec, or [Exec], which does without GORM.
//
// # Many instances
//
// Several processes may serve one PostgreSQL database. They share rows, sessions,
// leases and the change log. Each process has its own rate limits, limit of
// concurrent password hashes, page cache and settings snapshot. Pictures are
// files on disk: all instances need the same directory.
//
// # Why two handles
//
// SQLite has one writer at a time. Connections of a writing pool would wait for
// each other's locks; one writing connection beside a read-only pool does not.
// PostgreSQL has the same two handles, so that a write through the read handle
// fails on both.
//
// # Why a change log
//
// Code that caches data in memory (settings, pages) must learn of every change,
// also of commands and other instances. Each transaction that touches a cache tag
// leaves one row with its tags; see [DB.Watch].
//
// # Glossary
//
// One word has one meaning in code, comments and commands, but for the few entries
// with two. Stored values, form fields and addresses keep older words: status "trash".
//
//	account         a sign-in, with a role
//	actor           the person or command that makes a change, as logs name it
//	article         a text with its row; readers may read "story"
//	author          a name over an article; also the role that may write articles
//	ban             a rule against a commenter: by email, domain, browser or network
//	byline          the authors of an article, as shown
//	cache tag       the name of data that cached values depend on, see [CacheTag]
//	cached          stored for the next request, until a cache tag or deadline ends it
//	category        a place of an article in the site's tree; readers read "section"
//	change          a row of the change log
//	checkpoint      copying SQLite's write-ahead log into the database file
//	commenter       the writer of a comment, with or without an account
//	deadline        the instant at which time alone makes a cached page stale
//	decision log    the hash-chained log of decisions on comments; the audit has settings, accounts, articles
//	digest          a mail with the news of a day or a week; of a manuscript: its hash
//	docid           the number of an entry in the index of the search
//	entry           the terms of one text in an index of words; in the REST interface: one object
//	feed            articles or comments as items, for feed readers
//	group commit    one SQLite commit for several waiting writers
//	held            the state of a comment that waits for a moderator
//	hub             the WebSub server that is told of changed feeds
//	issue           one sending of a digest
//	job             a row of the queue: work to do after a commit
//	lease           the right of one instance to do a task for a time
//	load            reading a value or rendering a page that is not cached
//	lock            a row or name that other transactions wait for
//	manuscript      the text of an article as it is sent; each one is stored as a numbered version
//	mark            the spam score from which a comment is held or is spam
//	moderator       a member of the staff that decides comments
//	network         /24 of IPv4 or /48 of IPv6, see [Network]
//	notice          a fault that the operator must fix
//	operation       the decisions of one request, which undo reverts together
//	operator        the person that runs the server
//	optimistic lock refusing a write that is based on an older version
//	page cache      the rendered answers for anonymous visitors
//	placement       the position of an article on the front page
//	policy          a version of the sanitising rules; comment policy: the group that may comment
//	proof           a commenter's evidence of an address: the mailed link was opened
//	Queryer         the read handle: database or transaction
//	queue           comments before a moderator; models/queue: the jobs
//	reads           how often people opened an article; no robots, no repeats
//	rendered        HTML made from stored text or a template
//	root            the top comment of a thread
//	scope           the categories that a moderator is limited to
//	section         the word for a category in text for readers, never in code
//	setting         an option of the site that the desk or a command changes
//	share picture   the picture that other sites show beside a link to an article
//	snapshot        a value cached in memory until a cache tag changes
//	snippet         the part of a text that has the found words
//	staff           the accounts with a role above subscriber
//	stale           older than the newest committed change
//	subscriber      the owner of an address that gets digests; also the lowest role
//	tag             a topic of an article, and nothing else
//	teaser          the part of an article that a list shows
//	term            a word or a part of one, as an index has it; in REST: a category or tag
//	thread          a top comment with all replies
//	tokens          words of a text (spam); placeholders (permalinks); browser token
//	trashed         deleted, but can be restored
//	verdict         a moderator's decision with its reason; package spam: the sum of the signals
//	version         the number of a row's state, for the optimistic lock; of a manuscript
//	visitor         an anonymous browser
//	withdrawn       no longer public: an article with a note, a comment by its commenter
//	write queue     the callers that wait for SQLite's writing connection
package models
