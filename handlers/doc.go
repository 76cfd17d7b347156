// Package handlers turns HTTP requests into calls of the models and their
// answers into pages of views. Nothing imports it but the command.
//
// # How a request travels
//
// serveCached (cached.go) runs before everything else. It looks for a cached page
// (package pagecache) when the request is a visitor's, and sends it with the
// security headers that were stored with it. Most requests end there.
//
// For all others server.go puts the middleware around the router: request log,
// recovery from panics, security headers, cross-origin check. spelling.go gives
// the path its one spelling. redirect.go redirects GETs, except those to the
// sign-in (desk.go), and is the only place that decides whether an address is
// local. routes.go is the table of routes: each row names the entry, the cache
// policy, the query parameters that count, the largest body and the rate limit.
//
// Behind the limits, admit (desk.go) checks the entry and loads the account, if the
// row requires one. takeTurn (gates.go) lets a GET that is never cached wait at its
// gate. cachePages (cached.go) answers a row with shared pages: on a miss, its
// loader calls the handler once for all waiting readers, with a visitor's request
// that has only the parameters that count.
//
// prepare (request.go) reads the form, the site and the commenter, and passes on
// the account. The handler calls models, builds a page struct with the functions of
// present*.go and hands it to render.go. render.go writes status, headers and
// body, and records the cache tags of the page, so that the page is cached until
// one of them changes. A handler whose form is refused renders the form again. It
// returns every other error, and errors.go makes a page of it. refusal.go maps error codes to messages, flash.go has the
// messages after a form, forms.go reads forms and marks their fields.
//
// # The map
//
//	server.go routes.go request.go   options, the parts of the server, the table of
//	                                 routes, the request as handlers get it
//	access.go mask.go                the request log, and the keys that it masks
//	address.go proxywatch.go         the client's address, and faults of proxies
//	guard.go                         security headers and rate limits
//	forms.go                         reading forms, their fields and errors, storable text
//	spelling.go redirect.go paths.go one address for each page; addresses of pages
//	cached.go cached_personal.go     cached pages, and the parts for one commenter
//	staffbar.go                      the bar and the actions of the staff on public pages
//	gate.go gates.go                 the queue for pages that are not cached
//	render.go present.go             sending a page; its frame and texts
//	errors.go refusal.go error_links.go pages of errors, their texts and links
//	cookies.go session.go            the cookies of commenters and of the desk
//	ops.go media.go wordpress.go     health checks, pictures, WordPress's addresses
//	sitemaps.go robots.go            sitemaps, robots.txt
//	app.go                           the site as an app: manifest, icons, service worker
//	robotgate.go robotfigures.go     limits of AI robots, figures of all robots
//
//	front.go article.go lists.go     reading
//	rankings.go reads.go             the most read articles; counting their readers
//	outside.go                       films and posts of other sites, loaded at a click
//	old_story.go                     the age of old articles, and their follow-ups
//	changes.go                       the list of corrections; what has changed in an article
//	republish.go                     the copy of an article for other sites
//	present_front.go present_article.go present_lists.go present_data.go present_translations.go
//	                                 the structs of these pages, and the data in their heads
//	breaking.go                      the breaking line of public pages, and its feed
//	feed.go feed_list.go             feeds, see also feeds/; their page for people
//	search.go present_search.go
//	                                 searching articles
//	rest.go rest_schema.go rest_errors.go
//	                                 WordPress's REST interface: its addresses, parameters,
//	                                 answers and errors
//	rest_posts.go rest_terms.go rest_comments.go rest_media.go rest_search.go
//	                                 its entries
//	rest_index.go present_rest.go    its description of itself; the structs of its entries
//	rest_fields.go rest_edit.go      the fields of bodies; the part of a post that only its editors see
//	rest_batch.go rest_sticky.go rest_users.go   several requests in one; the pins of sticky posts; accounts and settings
//	rest_programs.go rest_apps.go rest_staff.go   programs with an application password, and their reading routes
//	rest_story.go rest_write_posts.go rest_write_media.go rest_write_comments.go rest_write_terms.go rest_own.go rest_revisions.go
//	                                 their writing routes
//	share.go embed.go                share pictures; articles on other sites (oEmbed)
//	discussions.go                   work on comments that several receivers share
//	comment.go proof.go              posting a comment, verifying an address
//	react.go receipt.go              recommending and reporting; what became of a report
//	comment_status.go present_status.go my_comments.go mail.go warning.go
//	                                 a commenter's own comments, mail and warnings
//
//	digest.go digest_desk.go         subscribing to digests; the page of the editors
//
//	signin.go passkey.go account.go account_apps.go authorize.go accountlinks.go newpassword.go present_account.go
//	                                 signing in, one's own account
//	staff.go invitations.go bylines.go faces.go
//	                                accounts of the staff
//	desk.go foot.go chips.go alarm.go stuck.go
//	                                 sessions; the frame of the desk, its foot and its alarms
//	queue.go arrivals.go card.go decide.go flash.go present_card.go present_notice.go choose.go delete.go
//	                                 the queue, decisions and their messages
//	decline_reasons.go               the menu for declining, and the newsroom's own sentences
//	articles_desk.go story_undo.go   the list of articles, comments of one article, their undo
//	comment_policy.go bans.go present_ban.go rules.go held_mail.go log.go figures.go read_figures.go
//	                                 comments of one article, bans, rules, mail, log, figures
//	front_desk.go front_form.go front_merge.go front_events.go front_preview.go
//	present_front_desk.go present_front_rows.go
//	                                 arranging the front page and the breaking line
//	edit_list.go edit_story.go edit_autosave.go edit_form.go edit_moves.go edit_versions.go edit_preview.go
//	edit_comments.go edit_picture.go present_edit.go
//	edit_notes.go edit_correct.go edit_checks.go edit_corrections.go pictures_list.go pictures_upload.go picture_page.go
//	                                 the editors' desk: the list, the form of an article, its
//	                                 fields, what its buttons do, versions, previews
//	terms_desk.go terms_list.go terms_form.go terms_merge.go terms_remove.go terms_undo.go terms_routes.go
//	redirects_desk.go redirect_hits.go former.go
//	                                 categories, tags, authors and redirects; their earlier
//	                                 addresses
//	writers.go present_writers.go forget_writer.go
//	                                 commenters as the desk knows them again
//	settings.go settings_try.go words.go
//	                                 the settings of the site, and trying them; word lists
//	appeals.go present_appeals.go    appeals of commenters, and their answers
//	transparency.go                  the yearly report about moderation
//	help.go                          the manual
//	resend.go                        forms after the end of a session
//	agents/                          browsers and all robots, for counting reads; models/robots has
//	                                 the robots that robots.txt names
//	jobs/ pagecache/ webtest/        background jobs, the page cache, test scripts
//	feeds/ restparams/               feeds in all formats; parameters of the REST interface
//	onewrite/                        an answer in one write, where possible
//
// # How to add a page
//
// Add a row in routes.go, a handler method, a struct in views with its template
// and fixture, and a script in testdata. A test names the missing ones.
//
// # Receivers
//
// Handlers are methods of a few receivers: reading, commenting, reacting,
// commenterPages, accounts, staff, moderating, help, operating, crawling, feeding,
// restAPI, sharing, installing, subscribing, digesting, configuring, editing, termkeeping and ranking. Each lists the
// fields that it uses; build fills them in. No handler sees the server. A handler
// has at most 40 lines.
//
// # Why one package
//
// A split by audience was measured by the types of all references. The files of
// reading (1,200 lines), commenting (1,400), accounts (900) and moderating
// (2,200) use the frame (4,800) 1,540 times by about 280 names, which a split
// would have to export. They use each other 80 times: an article's page shows the
// reply form (30 uses), and a refused comment shows the article's page (34 uses),
// so reading and commenting would import each other. The page cache and the error
// pages of the frame call both. The receivers keep the groups apart instead.
package handlers
