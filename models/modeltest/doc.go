// Package modeltest gives tests a real database, fresh for each test.
//
//	modeltest.go  Each: one test on SQLite and on PostgreSQL; a settable clock
//	postgres.go   a PostgreSQL server for the tests, or the one in
//	              BROADSHEET_TEST_POSTGRES
//	data.go       real rows to import, where they are present
package modeltest
