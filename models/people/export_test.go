package people

// Rows are all row types of the package.
var Rows = []any{
	User{}, Address{}, Session{}, failureCounter{}, knownNetwork{}, recoveryCode{}, userCategory{}, Passkey{}, usedChallenge{}, usedLink{}, Ban{}, HeldMailPreference{},
}

// Hashed returns how many passwords were compared so far.
func Hashed() int64 { return hashed.Load() }

var costly = hashParams

// CheapHashes makes passwords quick to hash, for tests that check many.
func CheapHashes() { hashParams.Memory, hashParams.Iterations = 64, 1 }

// CostlyHashes takes that back.
func CostlyHashes() { hashParams = costly }

// CodeAt returns the one-time password of an instant.
var CodeAt = codeAt
