// Package arrivals tells which comments have arrived since a moderator looked. A page
// that stays open asks it again and again, so each question is one cheap statement.
package arrivals
