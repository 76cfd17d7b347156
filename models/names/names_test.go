package names_test

import (
	"testing"

	"broadsheet/models/names"
)

func TestSkeletonIsTheSameForLookAlikes(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"casper wynn", "Casper-Wynn", "CASPER  WYNN", "Caspеr Wynn", "Ｃａｓｐｅｒ Ｗｙｎｎ", "Casper VVynn"} {
		if got, want := names.Skeleton(name), names.Skeleton("Casper Wynn"); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
	if names.Skeleton("Casper Wynn") == names.Skeleton("Casper Wynnstone") {
		t.Error("two different names have one skeleton")
	}
}

func TestClaims(t *testing.T) {
	t.Parallel()
	const paper, staff = "The Larkmoor Courier", "Dr. Runa Solberg"
	for name, want := range map[string]struct{ reserved, impersonates bool }{
		"Moderator":                {true, false},
		"Site Admin":               {true, false},
		"Larkmoor Courier":         {true, false},
		"Courier Team":             {true, false},
		"Runa Solberg":             {false, true},
		"Solberg, Runa":            {false, true},
		"Anna Lind":                {false, false},
		"Adminah":                  {false, false},
		"A Larkmoor reader":        {false, false},
		"":                         {false, false},
		"Runa Solberg (moderator)": {true, true},
	} {
		c := names.NewClaim(name, paper)
		if c.Reserved != want.reserved || c.Impersonates(staff) != want.impersonates {
			t.Errorf("%q: reserved %v, impersonates %v", name, c.Reserved, c.Impersonates(staff))
		}
	}
}
