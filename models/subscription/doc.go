// Package subscription stores the readers that subscribe to digests by mail: the
// whole paper or some of its sections, daily or weekly.
//
//	subscription.go  the row; asking, confirming, changing and ending
//	mails.go         mails to an address: whether one may ask it for consent
//	bounce.go        addresses that mail servers refuse
//	list.go          counts, lists and the import for the desk and for commands
//	privacy.go       erasure and export of an address's rows
//
// # Why a request tells nothing
//
// A form answers the same for an address that subscribed, is unknown, or wants no
// mail. The mail that asks for consent holds nothing that the form sent. Its link
// shows the choices, and only its owner's POST confirms them.
//
// # Why an ended subscription is deleted
//
// The row is needed for sending only. What must stay, that an owner wants no mail
// at all, is in [people.Address].
package subscription
