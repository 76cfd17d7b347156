// Package linkcheck remembers what other sites answer to the links of stories, so that the
// check before a publication shows dead links without waiting for anybody.
//
//	linkcheck.go the table of addresses: asking, answers, pruning
//
// A save of a story names its links; handlers/jobs asks the sites in the background. An
// answer counts for a day, a failure for an hour.
package linkcheck
