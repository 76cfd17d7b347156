package hashcost_test

import (
	"strings"
	"testing"

	"broadsheet/models/people/hashcost"

	"github.com/alexedwards/argon2id"
)

// Hashes in production have the full cost; those of tests do not.
func TestTheCostIsFullUntilATestLowersIt(t *testing.T) {
	for _, c := range []struct {
		change func()
		want   string
	}{
		{func() {}, "$argon2id$v=19$m=19456,t=2,p=1$"},
		{hashcost.Lower, "$argon2id$v=19$m=64,t=1,p=1$"},
		{hashcost.Reset, "$argon2id$v=19$m=19456,t=2,p=1$"},
	} {
		c.change()
		hash, err := argon2id.CreateHash("a long password", hashcost.Params())
		if err != nil || !strings.HasPrefix(hash, c.want) {
			t.Errorf("the hash is %s (%v), want %s…", hash, err, c.want)
		}
	}
}
