// Package correctionlist lists the corrections of all public articles, newest first.
//
// A page is found by OFFSET, unlike the pages of articles: a paper has hundreds of
// corrections, not millions.
package correctionlist
