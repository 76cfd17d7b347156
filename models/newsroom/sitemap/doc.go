// Package sitemap reads the entries of the sitemaps: the index, the parts of the
// articles, of the categories, of the tags and of the authors, and the news sitemap.
// Each costs a bounded number of index reads at any number of articles.
//
// Where things are:
//
//	index.go  the parts that exist, with the time of their last change
//	parts.go  the entries of one part
//	news.go   the articles of the last two days
//
// # What lastmod says
//
// The lastmod of an article is the modified instant of [newsroom.Site.Instants]:
// comments do not change it. The lastmod of a list is the time when an article
// entered it, left it or was saved in it. The lastmod of a part is the time when any of
// its entries changed, was added or was taken away.
package sitemap
