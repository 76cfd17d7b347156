// Package targets compares the queue with the targets of the desk: how long the oldest
// comment may be held, and how many may wait. A task checks them each minute. While a
// target is missed the desk says so, and the staff that asked for it gets one mail at the
// beginning and one at the end.
//
//	targets.go  the check, its state and the jobs of the mails
//
// # Why two limits
//
// A queue that stays near its target would begin and end an alarm each minute. An alarm
// ends at three quarters of the target, and a new one sends no mail within an hour of the
// last.
package targets
