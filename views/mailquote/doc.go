// Package mailquote marks the text of visitors in plain mails, so that none of it looks
// like words of the site.
package mailquote
