// Command training makes models/spam/model.bin.gz, the state that every
// site's spam filter begins with, from labelled texts in JSON Lines (label
// "spam" or "ham", text) and from ordinary comments (text, lang):
//
//	go run ./models/spam/training SPAM.jsonl.gz COMMENTS.jsonl.gz
//
// Only hashes, counts and weights are kept, none of the texts.
package main
