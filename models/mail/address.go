package mail

import (
	"fmt"
	"strings"

	"golang.org/x/net/idna"
)

// wireDomains turns a domain into its ASCII form (RFC 5891).
var wireDomains = idna.New(idna.MapForLookup(), idna.Transitional(false), idna.StrictDomainName(false))

// wireAddress returns an address for SMTP, with its domain in ASCII. wide reports
// whether its local part is not ASCII: then the server must support SMTPUTF8
// (RFC 6531).
func wireAddress(address string) (wire string, wide bool, err error) {
	at := strings.LastIndexByte(address, '@')
	if at < 1 {
		return "", false, fmt.Errorf("%q is not an address", address)
	}
	local, domain := address[:at], address[at+1:]
	if domain, err = wireDomains.ToASCII(domain); err != nil || domain == "" {
		return "", false, fmt.Errorf("%q has no domain that mail can be sent to", address)
	}
	return local + "@" + domain, !isASCII(local), nil
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= 0x80 })
}
