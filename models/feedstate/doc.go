// Package feedstate stores the state of each feed that readers and hubs were last told of.
//
//	state.go  when a feed last changed, and which state the hub knows
//
// # Why a table
//
// Last-Modified of a feed must be the same on all instances and after a restart,
// and must move when an item is removed, which leaves no instant in the items that
// are left. So the first rendering of changed content stores its digest with the
// time. A feed has one row, for all of its formats. Feeds of searches share a fixed
// number of rows, because there are as many searches as readers can think of.
package feedstate
