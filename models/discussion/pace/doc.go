// Package pace limits how quickly one commenter may post: flood control on the
// whole site, slow mode on an article. It knows no comments beside their time and
// origin.
//
//	pace.go  both limits, and the refusal with the time to wait
//
// # Why it recognises commenters by several marks
//
// A name, an email and a cookie are easily changed, and a machine can choose a new
// IPv6 address for each comment. So the limits also count by customer, the owner
// of an address block, and in slow mode by network.
package pace
