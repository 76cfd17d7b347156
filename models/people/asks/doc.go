// Package asks limits the mails that ask the owner of an unconfirmed address for
// consent. Somebody typed the address, perhaps a stranger. Mails about replies and
// about digests share one budget.
//
//	asks.go  the limits, and the count of the last hour
package asks
