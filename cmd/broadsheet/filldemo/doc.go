// Package filldemo fills an empty database with the demo newsroom.
package filldemo
