package models_test

import (
	"net/netip"
	"strings"
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

func TestNetworksOfAPrefix(t *testing.T) {
	t.Parallel()
	for prefix, want := range map[string]string{
		"192.0.2.77/32":     "192.0.2.0/24",
		"192.0.2.0/24":      "192.0.2.0/24",
		"192.0.254.0/23":    "192.0.254.0/24 192.0.255.0/24",
		"255.255.252.0/22":  "255.255.252.0/24 255.255.253.0/24 255.255.254.0/24 255.255.255.0/24",
		"2001:db8:1:2::/64": "2001:db8:1::/48",
		"2001:db8::/40":     "",
	} {
		if got := strings.Join(models.NetworksIn(netip.MustParsePrefix(prefix)), " "); got != want {
			t.Errorf("%s: %s, want %s", prefix, got, want)
		}
	}
	if list := models.NetworksIn(netip.MustParsePrefix("10.1.0.0/14")); len(list) != 1024 || list[0] != "10.0.0.0/24" || list[1023] != "10.3.255.0/24" {
		t.Errorf("%d networks, from %s to %s", len(list), list[0], list[len(list)-1])
	}
	for _, wide := range []string{"0.0.0.0/0", "10.0.0.0/8", "10.0.0.0/11", "::/0", "2001:db8::/47"} {
		if list := models.NetworksIn(netip.MustParsePrefix(wide)); list != nil {
			t.Errorf("%s: %d networks", wide, len(list))
		}
	}
	if models.NetworksIn(netip.Prefix{}) != nil {
		t.Error("no prefix has networks")
	}
}
