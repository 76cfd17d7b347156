package handlers

import (
	"fmt"
	"image/color"
	"regexp"
	"strconv"
	"testing"

	"broadsheet/handlers/agents"

	"github.com/boombuler/barcode/qr"
)

func TestBrowsersAreNamedShortly(t *testing.T) {
	t.Parallel()
	for agent, want := range map[string]string{
		"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0":                                                                  "Firefox · Linux",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0":           "Edge · Windows",
		"Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36":                            "Chrome · Android",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1": "Safari · iPhone",
		"Lynx/2.9.0dev.12 libwww-FM/2.14": "Lynx", "something of its own": "", "": "",
		"Go-http-client/1.1": "Go-http-client", "<b>Bank</b>/1.0": "", "Mozilla/5.0": "", "Mozilla/5.0 (X11; Linux x86_64) Something/1.0": "Linux",
		"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/141.0.0.0 Safari/537.36": "Chrome · Linux",
	} {
		if got := agents.Name(agent); got != want {
			t.Errorf("%q is called %q, want %q", agent, got, want)
		}
	}
	for secret, want := range map[string]string{"": "", "ABCD": "ABCD", "ABCDE": "ABCD E", "ABCDEFGH": "ABCD EFGH"} {
		if got := groupByFour(secret); got != want {
			t.Errorf("%q in fours is %q", secret, got)
		}
	}
}

// The drawn modules are those of the code.
func TestTheQRCodeHasAllModules(t *testing.T) {
	t.Parallel()
	const text = "otpauth://totp/Courier:mona@courier.example?algorithm=SHA1&digits=6&issuer=Courier&period=30&secret=JBSWY3DPEHPK3PXP"
	drawn, err := qrOf(text)
	if err != nil {
		t.Fatal(err)
	}
	dark := map[string]bool{}
	for _, m := range regexp.MustCompile(`M(\d+) (\d+)h(\d+)v1h-(\d+)z`).FindAllStringSubmatch(drawn.Path, -1) {
		x, _ := strconv.Atoi(m[1])
		n, _ := strconv.Atoi(m[3])
		for i := range n {
			dark[fmt.Sprint(x+i-quietZone, " ", m[2])] = true
		}
	}
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		t.Fatal(err)
	}
	size := code.Bounds().Dx()
	if drawn.Size != size+2*quietZone {
		t.Errorf("drawn %d wide, want %d", drawn.Size, size)
	}
	for y := range size {
		for x := range size {
			want := color.GrayModel.Convert(code.At(x, y)).(color.Gray).Y == 0
			if got := dark[fmt.Sprint(x, " ", y+quietZone)]; got != want {
				t.Fatalf("module %d, %d is dark: %v", x, y, got)
			}
		}
	}
}
