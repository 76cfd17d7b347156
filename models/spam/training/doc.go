// Command training makes models/spam/model.bin.gz, the initial spam model of every
// site, from labelled texts in JSON Lines (label "spam" or "ham", text) and from
// ordinary comments (text, lang):
//
//	go run ./models/spam/training SPAM.jsonl.gz COMMENTS.jsonl.gz
//
// The model has only hashes, counts and weights, none of the texts.
package main
