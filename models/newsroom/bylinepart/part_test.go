package bylinepart_test

import (
	"strings"
	"testing"

	"broadsheet/models/newsroom/bylinepart"
)

func TestOf(t *testing.T) {
	for role, want := range map[string]bylinepart.Part{
		"": bylinepart.Writes, " With: ": bylinepart.Writes, "reporting": bylinepart.Writes, "مع": bylinepart.Writes,
		"translation": bylinepart.Translates, "Translated by": bylinepart.Translates, "translator": bylinepart.Translates,
		"ترجمة": bylinepart.Translates, "المترجمة": bylinepart.Translates, "Übersetzung": bylinepart.Translates, "traduction": bylinepart.Translates,
		"photos": bylinepart.Contributes, "تصوير": bylinepart.Contributes, "graphics": bylinepart.Contributes, "withheld": bylinepart.Contributes,
		"data and translation": bylinepart.Translates, "text editing": bylinepart.Contributes,
	} {
		if got := bylinepart.Of(role); got != want {
			t.Errorf("%q is %d, want %d", role, got, want)
		}
	}
}

// Everybody of a byline is in one part, in order; nobody is lost.
func TestSplit(t *testing.T) {
	type name struct{ name, role string }
	split := func(byline ...name) string {
		w, tr, o := bylinepart.Split(byline, func(n name) string { return n.role })
		var parts []string
		for _, list := range [][]name{w, tr, o} {
			var names []string
			for _, n := range list {
				names = append(names, n.name)
			}
			parts = append(parts, strings.Join(names, " "))
		}
		return strings.Join(parts, "|")
	}
	for _, test := range []struct{ got, want string }{
		{split(name{"A", ""}, name{"P", "photos"}, name{"B", "with"}, name{"T", "translation"}), "A B|T|P"},
		{split(name{"P", "photos"}, name{"G", "graphics"}), "P G||"},
		{split(name{"T", "ترجمة"}), "|T|"},
		{split(), "||"},
	} {
		if test.got != test.want {
			t.Errorf("%s, want %s", test.got, test.want)
		}
	}
}
