package people

import (
	"time"

	"github.com/pquerna/otp/totp"
)

// Rows are all row types of the package.
var Rows = []any{
	User{}, Address{}, Session{}, failureCounter{}, knownNetwork{}, knownBrowser{}, recoveryCode{}, userCategory{}, Passkey{}, usedChallenge{}, usedLink{}, HeldMailPreference{},
}

// Compared returns how many hashes the guard has compared.
func (g *SignInGuard) Compared() int64 { return g.compared.Load() }

// Fill takes all places of the guard's queue for unknown networks.
func (g *SignInGuard) Fill() { g.unknownNetworks.waiting.Store(maxWaiting) }

// CodeAt returns the one-time password of an instant.
func CodeAt(secret string, at time.Time) (string, error) {
	return totp.GenerateCodeCustom(secret, at, totpOptions)
}
