// Package reads counts how often articles are read, without any identifier of a
// reader, and ranks the most read articles.
//
// A request counts when a person opens an article. Requests of robots, pages that
// a browser loads ahead, and repeats are counted apart, so that the desk can see
// what was left out. A repeat is a request from a network that has read the same
// article in the same [Window]; so one network counts once per article and window.
//
// The counts wait in memory until [Counter.Flush] adds them to the database. The
// only trace of a reader is in memory: a bit under a salted hash of network and
// article. The salt and the bits are replaced in every window, and never stored.
//
// Known errors: readers that share a network count as one in a window. At most 1 %
// of the reads are taken for repeats, because two hashes can be equal. A network
// without pause can add 48 reads of an article in a day. A crash loses the counts
// since the last flush.
//
// Where things are:
//
//	counter.go  Counter and Tally: counting in memory
//	sketch.go   which networks have read which articles in this window
//	flush.go    adding the counts to the database
//	windows.go  the sums of the last 24 hours and 7 days; the rankings
//	prune.go    hours become days; old days are deleted
//	figures.go  the figures for the desk
package reads
