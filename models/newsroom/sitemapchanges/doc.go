// Package sitemapchanges maintains the table sitemap_changes: when each list of
// public articles and each part of the articles last changed. Package sitemap
// reads it. The dates of sitemaps would otherwise need a read of all articles, and
// an article that was withdrawn would leave no date behind.
//
// Where things are:
//
//	changes.go  the parts, their cache tags, and the functions that record a change
package sitemapchanges
