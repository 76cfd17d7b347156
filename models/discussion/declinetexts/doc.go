// Package declinetexts has the newsroom's own sentences for the reasons for not
// publishing a comment. The commenter reads the sentence after the standard one of the
// reason: in the mail about the decision and on the page with the comment's state. A
// sentence belongs to a language of the site, because a site that changes its language
// must not send the sentences of the old one.
package declinetexts
