// Package modeltest gives each test a new, real database.
//
//	modeltest.go  Each: one test on SQLite and on PostgreSQL; a settable clock
//	postgres.go   a PostgreSQL server for the tests, or the one in
//	              BROADSHEET_TEST_POSTGRES
//	data.go       real rows to import, if they are present
//	findtext.go   a search for a text in all tables and files
//	plan.go       checks SQLite's query plans
//	watch.go      records queries and returns their plans, on both databases
//	schema.go     compares row types with their tables
//	authenticator.go
//	              an authenticator for passkeys
package modeltest
