// Package invitations lets administrators invite people to an account. Nobody but the
// invited person ever types the password.
//
//	invitations.go  inviting, sending again, revoking and accepting
package invitations
