// Package models is the kernel under everything Broadsheet stores: the
// database handles, the transaction, the change log, errors and settings.
//
// The domain lives in three packages above it that may only look downward:
//
//	people      accounts, roles, passwords
//	newsroom    articles, sections, tags, bylines, pictures, related stories
//	discussion  comments: threads, states, posting, deciding
//
// Beside them stand leaf packages that hold no tables: richtext (markup and
// sanitising) and blob (files and picture variants).
//
// # Reading and writing
//
// A function that only reads takes a [Reader], which is either the database
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
// Whoever keeps something in memory (a settings snapshot, a cached page)
// must learn of every change, also of those made by a command or by another
// instance. Each transaction that touched something leaves one row with the
// tags of what it touched; see [DB.Watch].
package models
