// Package transparency makes the yearly report about moderation that the European
// Union's Digital Services Act asks for (articles 15 and 24): readers' reports, the
// decisions with their grounds, by people and by rules, and the appeals.
//
//	report.go  the report, from the decision log, the reports and the appeals
package transparency
