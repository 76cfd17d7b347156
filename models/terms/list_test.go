package terms_test

import (
	"slices"
	"strings"
	"testing"

	"broadsheet/models/terms"
)

// finds checks one term against texts in which it is to be found and others.
type finds struct {
	term    string
	in, not []string
}

func (f finds) check(t *testing.T) {
	t.Helper()
	list := terms.NewList([]string{f.term})
	for _, text := range f.in {
		if got, found := list.Find(text); !found || got != f.term {
			t.Errorf("%q is not found in %q", f.term, text)
		}
	}
	for _, text := range f.not {
		if _, found := list.Find(text); found {
			t.Errorf("%q is found in %q", f.term, text)
		}
	}
}

func TestPunctuationOfATermMustBeInTheText(t *testing.T) {
	t.Parallel()
	for _, f := range []finds{
		{"://a/", []string{"see http://a/b", "://A/"}, []string{"A Reader", "a", ": / / a /", "http://ab/"}},
		{"--that", []string{"oh --that one", "--THAT"}, []string{"that", "-that", "-- that", "--thatch"}},
		{"@mail.example", []string{"me@mail.example", "x@mail.example.org"}, []string{"mail.example", "me@mail example", "mail example"}},
		{"203.0.113.", []string{"203.0.113.9"}, []string{"203.0.113", "203 0 113", "1203.0.113.9"}},
		{"C++", []string{"learn C++ now", "c++"}, []string{"C", "C+", "vitamin C", "C + +"}},
		{"buy-now", []string{"buy-now!", "Buy‑Now", "buy–now"}, []string{"buy now", "buy, now", "buy - now"}},
		{"_cheap_", []string{"x_cheap_y"}, []string{"cheap", "_cheap"}},
		{"cheap, cheaper", []string{"Cheap, cheaper", "cheap,  \ncheaper"}, []string{"cheap cheaper", "cheap,cheaper"}},
		{"$$$", []string{"make $$$ fast", "$$$$"}, []string{"$$", "$ $ $", "make fast"}},
		{"💰", []string{"get 💰 now", "💰💰"}, []string{"get now", "€"}},
		{">> http", []string{">> http://x"}, []string{"http", "> http", ">>http"}},
		{"“sure win”", []string{`"Sure win"`, "«sure win»"}, []string{"sure win"}},
		{"*.example/", []string{"http://spam.example/x", "a.example/"}, []string{"example", "a.example"}},
		{"http://*.example", []string{"http://spam.example"}, []string{"https://spam.example", "http://.example"}},
		{"poker-*-online", []string{"poker-texas-online"}, []string{"poker texas online", "poker-online"}},
		{"*casino*.example", []string{"mycasino7.example"}, []string{"mycasino7 example", "casino"}},
		{"easy money", []string{"easy money", "Easy... money!", "easy\n*money*", "easy-money"}, []string{"easy, honest money", "easymoney"}},
		{"don't wait", []string{"Don’t wait"}, []string{"don t wait", "dont wait"}},
	} {
		f.check(t)
	}
}

func TestTermsMatchInsideScriptsWithoutSpaces(t *testing.T) {
	t.Parallel()
	for _, f := range []finds{
		{"赌博", []string{"我喜欢赌博网站", "赌博", "看赌 博网", "赌\u200B博", "赌.博.网.站"}, []string{"赌，博", "博赌", "赌"}},
		{"カジノ", []string{"オンラインカジノで稼ぐ", "ｶｼﾞﾉ", "カジノー"}, []string{"カシノ", "カジ", "カ、ジ、ノ"}},
		{"バカラ", []string{"生バカラ必勝法"}, []string{"ハカラ"}},
		{"ギャンブル", []string{"無料ギャンブルサイト"}, nil},
		{"พนัน", []string{"เว็บพนันออนไลน์"}, []string{"พน"}},
		{"ການພະນັນ", []string{"ເວັບການພະນັນອອນລາຍ"}, nil},
		{"ល្បែង", []string{"លេងល្បែងស៊ីសង"}, nil},
		{"လောင်းကစား", []string{"အွန်လိုင်းလောင်းကစားဝိုင်း"}, nil},
		{"도박", []string{"도박을 하자", "불법도박사이트", "도박", "도 박 사 이 트"}, []string{"도바", "도 박", "도시 박물관"}},
		{"돈", []string{"돈을 번다", "돈"}, []string{"사돈", "도는"}},
		{"casino网", []string{"我爱casino网站"}, []string{"casino 网站", "mycasino网"}},
		{"casino", []string{"我爱casino网站"}, []string{"casinos"}},
		{"赌*站", []string{"赌网站"}, []string{"赌站", "赌博网站"}},
		{"*赌博*", []string{"我喜欢赌博网站"}, nil},
		{"第3", []string{"在第3個"}, []string{"第33"}},
		{"казино", []string{"Казино!"}, []string{"казиношка"}},
	} {
		f.check(t)
	}
}

func TestLookAlikesFoldOnlyInsideWordsThatMixScripts(t *testing.T) {
	t.Parallel()
	for _, f := range []finds{
		{"cop", []string{"cop", "сop", "COP"}, []string{"сор", "СОР"}},
		{"сор", []string{"сор", "сoр"}, []string{"cop"}},
		{"сбербанк", []string{"cбepбaнк", "СБЕРБАHК"}, []string{"sberbank"}},
		{"viagra", []string{"vіаgrа", "ᴠɪᴀɢʀᴀ", "ｖｉａｇｒａ", "v1agra", "v\u034Fi\u3164agra", "ⓥⓘⓐⓖⓡⓐ", "🅥🅘🅐🅖🅡🅐", "v̶i̶a̶g̶r̶a̶", "v\u20DDi\u20DDa\u20DDg\u20DDr\u20DDa\u20DD", "v.1.a.g.r.a", "vi\U000E0041agra"}, []string{"viagrа1"}},
		{"τράπεζα", []string{"τράπεζα", "τρaπεζα"}, nil},
		{"1xbet", []string{"1xbet", "1XBET"}, []string{"ixbet"}},
		{"*1xbet*", []string{"my1xbet.example"}, nil},
		{"iѕ", []string{"it iѕ", "IЅ"}, []string{"it is"}},
		{"h1t", []string{"h1t"}, []string{"hit"}},
		{"مجانا", []string{"مجـــانا", "مَجَّانًا"}, nil},
		{"کیک", []string{"كيك"}, nil},
		{"می\u200cخواهم", []string{"میخواهم", "می\u200cخواهم"}, []string{"می خواهم"}},
	} {
		f.check(t)
	}
}

func TestWarningsAboutTermsThatMatchOrdinaryText(t *testing.T) {
	t.Parallel()
	list := terms.NewList([]string{
		"that", "of the", "*e*", "a", "的", "http www", "...", "***", "://", strings.Repeat("x", terms.MaxTermBytes+1), "في", "t*", "", " ",
		"casino", "--that", "://a/", "赌博", "*casino*", "of the casino", "$", "iѕ", "C++",
	})
	var got []string
	for _, d := range list.Doubts() {
		got = append(got, string(d.Why)+" "+d.Term[:min(len(d.Term), 8)])
	}
	want := []string{"everyday that", "everyday of the", "everyday *e*", "everyday a", "everyday 的", "everyday http www", "nothing ...", "nothing ***", "nothing ://", "too-long xxxxxxxx", "everyday في", "everyday t*"}
	if !slices.Equal(got, want) {
		t.Errorf("doubts are\n%q, not\n%q", got, want)
	}
}

// TestMatchingGrowsWithTheText compares texts of one kind, one sixteen times
// as long as the other. Work that grows with the square of the length would
// take 256 times as many steps.
func TestMatchingGrowsWithTheText(t *testing.T) {
	t.Parallel()
	list := terms.NewList([]string{
		"*aaa*b*", "*aa*c*d", "a*z", "*a*b*", "casino", strings.Repeat("a ", 90) + "b", strings.Repeat("://a/", 30) + "b", strings.Repeat("赌", 60) + "博",
		"- - - - x", "*1*a*q", "赌*赌*博", "of the", "viagra*", "💰 x",
	})
	for _, piece := range []string{"a ", "a", "://a/", "赌", "赌 ", "vі", "x1a 1b ", "- ", "\u0301", "a\u0301", "casin", "of ", "ก็", "가", "а.", "'a", "💰 "} {
		steps := func(bytes int) int {
			n, found := list.Steps(strings.Repeat(piece, bytes/len(piece)))
			if found {
				t.Errorf("a term is found in %q", piece)
			}
			return max(n, bytes/4)
		}
		if short, long := steps(4<<10), steps(64<<10); long > 20*short || long > 30*64<<10 {
			t.Errorf("%q repeated: sixteen times the length takes %d steps instead of %d", piece, long, short)
		}
	}
}
