// Package modeltest gives tests a real database, fresh for each test.
//
//	modeltest.go  Each: one test on SQLite and on PostgreSQL; a settable clock
//	postgres.go   a PostgreSQL server for the tests, or the one in
//	              BROADSHEET_TEST_POSTGRES
//	data.go       real rows to import, where they are present
//	findtext.go   a search for a text in all tables and files
//	plan.go       SQLite's query plans
//	schema.go     row types against their tables
//	authenticator.go
//	              an authenticator for passkeys
package modeltest
