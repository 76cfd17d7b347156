package mail

import (
	"strings"
	"testing"
)

const report = "From: MAILER-DAEMON@mx.example\r\nTo: news@paper.example\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\n" +
	"Content-Type: multipart/report; report-type=delivery-status;\r\n boundary=\"cut\"\r\n\r\n" +
	"--cut\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n\r\n" +
	"--cut\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\nArrival-Date: Fri, 20 Nov 2026 07:00:00 +0000\r\n\r\n" +
	"Final-Recipient: rfc822; anna@example.org\r\nAction: FAILED\r\nStatus: 5.1.1 (no such user)\r\nDiagnostic-Code: smtp; 550 5.1.1\r\n\r\n" +
	"--cut\r\nContent-Type: text/rfc822-headers\r\n\r\nFrom: news@paper.example\r\nMessage-ID:\r\n <digest.MSAy.abc.def@paper.example>\r\nSubject: x\r\n\r\n--cut--\r\n"

func TestADeliveryReportIsRead(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text string
		want Bounce
	}{
		"complete":     {report, Bounce{"digest.MSAy.abc.def", "failed", "5.1.1"}},
		"Unix lines":   {strings.ReplaceAll(report, "\r\n", "\n"), Bounce{"digest.MSAy.abc.def", "failed", "5.1.1"}},
		"delayed":      {strings.ReplaceAll(strings.ReplaceAll(report, "FAILED", "delayed"), "5.1.1 (no", "4.4.1 (no"), Bounce{"digest.MSAy.abc.def", "delayed", "4.4.1"}},
		"cut off":      {report[:strings.Index(report, "Subject: x")], Bounce{"digest.MSAy.abc.def", "failed", "5.1.1"}},
		"no header":    {report[:strings.Index(report, "--cut\r\nContent-Type: text/rfc822")] + "--cut--\r\n", Bounce{"", "failed", "5.1.1"}},
		"whole":        {strings.Replace(report, "text/rfc822-headers", "message/rfc822", 1), Bounce{"digest.MSAy.abc.def", "failed", "5.1.1"}},
		"other things": {"Subject: I am away\r\n\r\nUntil Monday.\r\n", Bounce{}},
		"nothing":      {"", Bounce{}},
		"no status":    {strings.Replace(report, "message/delivery-status", "text/plain", 1), Bounce{}},
	} {
		got, err := ReadBounce(strings.NewReader(c.text))
		if got != c.want || (err == nil) != (c.want != Bounce{}) {
			t.Errorf("%s: %+v, %v; want %+v", name, got, err, c.want)
		}
	}
	got, err := ReadBounce(strings.NewReader(report))
	if err != nil || !got.Failed() || (Bounce{Action: "delayed", Status: "4.4.1"}).Failed() {
		t.Errorf("%+v (%v)", got, err)
	}
}

func FuzzReadBounce(f *testing.F) {
	f.Add(report)
	f.Add(strings.ReplaceAll(report, "\r\n", "\n"))
	f.Add("Content-Type: multipart/report; boundary=\"\"\n\n--\n")
	f.Fuzz(func(t *testing.T, text string) {
		b, err := ReadBounce(strings.NewReader(text))
		if err != nil && b != (Bounce{}) {
			t.Errorf("an error and %+v", b)
		}
		if strings.ContainsAny(b.ID+b.Action+b.Status, "\r\n") {
			t.Errorf("a line end in %+v", b)
		}
	})
}
