// Package fetches counts the requests of robots: a row for each day and
// robot. A site has at most as many rows for a day as [robots.Agents] has entries.
//
//	fetches.go  counting in memory, writing the counts, and reading them for the desk
package fetches
