package models

import "net/netip"

// The networks that a newsroom counts by. An IPv4 address is given to one
// household, an IPv6 network of 64 bits to one household or one telephone; the
// larger networks belong to one provider or one large customer.
const (
	customerV4, customerV6 = 32, 64
	networkV4, networkV6   = 24, 48
)

// Network returns the /24 of an IPv4 address or the /48 of an IPv6 address, in
// the form that is stored and that limits count by; "" for no address.
func Network(ip netip.Addr) string { return prefixOf(ip, networkV4, networkV6) }

// Customer returns the smallest network that one customer of a provider has:
// the IPv4 address itself or the /64 of an IPv6 address; "" for no address. A
// machine can choose each of the addresses in its /64.
func Customer(ip netip.Addr) string { return prefixOf(ip, customerV4, customerV6) }

// CustomerOf returns the same for an address in text, as it is stored.
func CustomerOf(ip string) string {
	addr, err := netip.ParseAddr(ip)
	if err != nil {
		return ""
	}
	return Customer(addr)
}

func prefixOf(ip netip.Addr, v4, v6 int) string {
	ip = ip.Unmap().WithZone("")
	bits := v6
	if ip.Is4() {
		bits = v4
	}
	prefix, err := ip.Prefix(bits)
	if err != nil || !prefix.IsValid() {
		return ""
	}
	return prefix.String()
}
