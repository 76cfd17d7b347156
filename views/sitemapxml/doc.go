// Package sitemapxml writes the XML of sitemaps.
package sitemapxml
