package models_test

import (
	"net/netip"
	"testing"

	"broadsheet/models"
)

func TestNetworksOfAnAddress(t *testing.T) {
	t.Parallel()
	for ip, want := range map[string][2]string{
		"192.0.2.77":                    {"192.0.2.0/24", "192.0.2.77/32"},
		"::ffff:192.0.2.77":             {"192.0.2.0/24", "192.0.2.77/32"},
		"2001:db8:1:2:3:4:5:6":          {"2001:db8:1::/48", "2001:db8:1:2::/64"},
		"fe80::1%eth0":                  {"fe80::/48", "fe80::/64"},
		"2001:db8:1:2:ffff:ffff:0:ffff": {"2001:db8:1::/48", "2001:db8:1:2::/64"},
	} {
		addr := netip.MustParseAddr(ip)
		if got := [2]string{models.Network(addr), models.Customer(addr)}; got != want {
			t.Errorf("%s is in %v, want %v", ip, got, want)
		}
		if got := models.CustomerOf(ip); got != want[1] {
			t.Errorf("%s in text is in %s, want %s", ip, got, want[1])
		}
	}
	if models.Network(netip.Addr{}) != "" || models.Customer(netip.Addr{}) != "" || models.CustomerOf("unknown") != "" {
		t.Error("no address has a network")
	}
}
