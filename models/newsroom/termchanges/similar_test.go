package termchanges_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"broadsheet/models/newsroom/termchanges"
)

func TestWhichNamesAreSimilar(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		want termchanges.Reason
	}{
		{"Climate change", "climate-change", termchanges.SameWriting},
		{"São Paulo", "Sao Paulo", termchanges.SameWriting},
		{"E.U.", "EU", termchanges.SameWriting},
		{"Health care", "Healthcare", termchanges.SameWriting},
		{"القاهرة", "القاهره", termchanges.SameWriting},
		{"أوروبا", "اوروبا", termchanges.SameWriting},
		{"Election", "Elections", termchanges.SamePlural},
		{"Local elections", "Local election", termchanges.SamePlural},
		{"Cities", "City", termchanges.SamePlural},
		{"Buses", "Bus", termchanges.SamePlural},
		{"Parliament", "Parliment", termchanges.NearlySame},
		{"Government", "Goverment", termchanges.NearlySame},
		{"Immigration", "Imigraiton", termchanges.NearlySame},
		{"Navlany", "Navalny", termchanges.NearlySame},
		{"North Korea", "South Korea", ""},
		{"Iran", "Iraq", ""},
		{"Austria", "Australia", ""},
		{"Slovakia", "Slovenia", ""},
		{"Euro 2024", "Euro 2026", ""},
		{"C", "C++", ""},
		{"C#", "C++", ""},
		{"Elections 2024", "Election 2024", termchanges.SamePlural},
		{"第49回", "第50回", ""},
		{"!!!", "???", ""},
	} {
		pairs := termchanges.Compare([]termchanges.Named{{ID: 1, Name: c.a}, {ID: 2, Name: c.b}})
		got := termchanges.Reason("")
		if len(pairs) > 0 {
			got = pairs[0].Why
		}
		if got != c.want {
			t.Errorf("%q and %q: %q, want %q", c.a, c.b, got, c.want)
		}
	}
}

// 10,000 tags are compared while an editor waits. The bound is far above what it takes.
func TestTenThousandNamesAreComparedInTime(t *testing.T) {
	t.Parallel()
	var list []termchanges.Named
	for i := range 10_000 {
		word := strings.Map(func(r rune) rune { return 'a' + (r-'0')*2 }, fmt.Sprintf("%05d", i*37%100_000))
		list = append(list, termchanges.Named{ID: int64(i), Name: "Subject " + word + " of the day", Articles: i})
	}
	begin := time.Now()
	pairs := termchanges.Compare(list)
	if took := time.Since(begin); took > 20*time.Second {
		t.Errorf("took %v", took)
	}
	t.Logf("%d pairs in %v", len(pairs), time.Since(begin))
}

func FuzzCompare(f *testing.F) {
	f.Add("São Paulo", "القاهرة")
	f.Add("\xff", "a\u0301")
	f.Fuzz(func(t *testing.T, a, b string) {
		one := termchanges.Compare([]termchanges.Named{{ID: 1, Name: a}, {ID: 2, Name: b}})
		two := termchanges.Compare([]termchanges.Named{{ID: 2, Name: b}, {ID: 1, Name: a}})
		if len(one) != len(two) || len(one) > 1 {
			t.Errorf("%q and %q: %d pairs, the other way round %d", a, b, len(one), len(two))
		}
	})
}
