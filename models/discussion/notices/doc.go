// Package notices tells what became of the reports of readers. A report that says that
// a comment is against the law is a notice, as the European Union's Digital Services
// Act (article 16) calls it.
//
//	led.go  whether a report led to a decision
package notices
