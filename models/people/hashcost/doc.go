// Package hashcost has the cost of new password hashes. It is a package of its own
// so that tests, and nothing else, can lower the cost: a hash at full cost takes
// more time than all other work of most tests.
package hashcost

import "github.com/alexedwards/argon2id"

// full is the second recommended choice of OWASP's password storage cheat sheet for
// argon2id: 19 MiB, two passes, one lane.
var full = argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

var params = full

// Params returns the cost of new hashes.
func Params() *argon2id.Params { return &params }

// Lower makes hashes cheap in a test. Call it before any hash is made.
func Lower() { params.Memory, params.Iterations = 64, 1 }

// Reset takes Lower back, for benchmarks.
func Reset() { params = full }
