// Package models is the kernel under everything Broadsheet stores: the
// database handles, the transaction, the change log, errors and settings.
//
// The domain lives in three packages above it that may only look downward:
//
//	people      accounts, roles, passwords
//	newsroom    articles, sections, tags, bylines, pictures, related stories
//	discussion  comments: threads, states, posting, deciding
//
// Beside them are leaf packages that hold no tables: richtext (markup and
// sanitising) and blob (files and picture variants).
//
// Where things are:
//
//	db.go          the two handles of a database
//	tx.go          Reader and Tx; work after the commit
//	dialect.go     all differences between SQLite and PostgreSQL
//	lane.go        group commit on SQLite; writeconn.go is its connection
//	statements.go  statements counted at the driver
//	checkpoint.go  SQLite's write-ahead log
//	changes.go     cache tags and the change log; snapshot.go keeps values in memory by it
//	columns.go     lists of columns and scan targets of a row type
//	cursor.go      the progress of tasks that follow a table
//	lease.go       leases for work that one instance does
//	start.go       the time at which a binary first ran
//	actor.go       the account or the part of the program that makes a change
//	setting.go     the settings; settingchange.go changes them
//	audit.go       the audit of settings, accounts and articles
//	commenters.go  the groups of people that may comment
//	reserved.go    parts of addresses that belong to the site itself
//	keyring.go     signatures and sealed texts under the session keys
//	signer.go      short signatures for links and cookies
//	notice.go      faults that only the operator can mend
//	errors.go      kinds of errors
//	time.go        instants as they are stored
//	network.go     networks by which limits count
//	digits.go      digits of all scripts
//	lines.go       lines of an import
//
// # Reading and writing
//
// A function that only reads takes a [Queryer], which is either the database
// or a running transaction. A building block that writes takes a [*Tx]. A
// whole use case (discussion.Post, newsroom.Publish) takes a context and a
// [*DB] and opens its one [DB.Write] itself. So the parameter says what a
// function may do, and a handler, which holds a [*DB], cannot forget to
// announce a change.
//
// # Why two handles
//
// SQLite has one writer at a time. A pool of writing connections spends its
// time waiting for each other's locks; one writing connection beside a
// read-only pool does not. PostgreSQL gets the same shape, so that a write
// through the reading handle fails in either.
//
// # Why a change log
//
// Code that keeps data in memory (a settings snapshot, a cached page) must
// learn of every change, also of those made by a command or by another
// instance. Each transaction that touched a tag leaves one row with its tags;
// see [DB.Watch].
package models
