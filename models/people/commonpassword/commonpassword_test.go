package commonpassword_test

import (
	"strings"
	"testing"

	"broadsheet/models/people/commonpassword"
)

func TestPasswordsThatAreGuessedFirst(t *testing.T) {
	t.Parallel()
	own := []string{"Mona Østergaard", "mona@courier.example", "The Larkmoor Courier"}
	for _, password := range []string{
		"", "password", "Password123", "P@ssw0rd2026!", "passwordpassword", "qwertyuiop", "1234567890", "0987654321", "aaaaaaaaaaaa", "abcabcabcabc",
		"qwerty12345", "1qaz2wsx3edc", "letmein2026", "Summer2026!!", "iloveyou1234", "mona.courier1", "Østergaard2026", "LarkmoorLarkmoor", "courier!courier!",
		"!!!!!!!!!!!!", "          ", "trustno1 trustno1", "admin-admin-1", "йцукен12345", "كلمةمرور123",
	} {
		if !commonpassword.Common(password, own...) {
			t.Errorf("%q is accepted", password)
		}
	}
	for _, password := range []string{
		"a long password", "eleven herons in a row", "correct horse battery staple", "fijia2z2jn4wpwwd", "Tr0ub4dor&3", "kf8-Qz.pL2m", "مطر خفيف فوق البحر", "雨が降る日に歩く人",
		"mona likes rye bread", "zebra crossing at noon",
	} {
		if commonpassword.Common(password, own...) {
			t.Errorf("%q is refused", password)
		}
	}
	if commonpassword.Common("monaostergaard9", "Ida") {
		t.Error("the name of somebody else is refused")
	}
}

// FuzzCommon looks for panics, and for a password that becomes common because
// other characters are put behind it.
func FuzzCommon(f *testing.F) {
	for _, seed := range []string{"password", "a\u0301b", "\xff\xfe", "ﬀ123", strings.Repeat("ab", 500)} {
		f.Add(seed, "Mona")
	}
	f.Fuzz(func(t *testing.T, password, own string) {
		if len(password) > 1024 || len(own) > 200 {
			return
		}
		if !commonpassword.Common(password, own) && commonpassword.Common(password+" zkwvqj", own) {
			t.Errorf("%q is accepted, but not with more behind it", password)
		}
	})
}
