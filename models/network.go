package models

import (
	"encoding/binary"
	"net/netip"
)

// The sizes of network that limits and bans count by. A provider gives an IPv4
// address, or an IPv6 network of 64 bits, to one household or telephone. The
// larger networks belong to one provider or one large customer.
const (
	customerV4, customerV6 = 32, 64
	networkV4, networkV6   = 24, 48
	widestV4               = 12
)

// PlainAddr returns an address in the one form that is stored and compared: IPv4
// as IPv4, and without a zone.
func PlainAddr(ip netip.Addr) netip.Addr { return ip.Unmap().WithZone("") }

// Network returns the /24 of an IPv4 address or the /48 of an IPv6 address, in
// the form that is stored and that limits count by. It returns "" for the zero
// Addr.
func Network(ip netip.Addr) string { return prefixOf(ip, networkV4, networkV6) }

// Customer returns the smallest network that one customer of a provider has: the
// IPv4 address itself or the /64 of an IPv6 address, in which a machine can
// choose any address. It returns "" for the zero Addr.
func Customer(ip netip.Addr) string { return prefixOf(ip, customerV4, customerV6) }

// CustomerOf returns the Customer of an address in its stored form, "" for any
// other text.
func CustomerOf(ip string) string {
	addr, err := netip.ParseAddr(ip)
	if err != nil {
		return ""
	}
	return Customer(addr)
}

// NetworksIn returns each [Network] that overlaps p: the one that contains p, or
// all those inside p. It returns nil for an IPv4 prefix wider than a /12 and for an
// IPv6 prefix wider than a /48: too many networks are inside them for one query.
func NetworksIn(p netip.Prefix) []string {
	if !p.IsValid() {
		return nil
	}
	if p.Bits() >= bitsOf(p.Addr(), networkV4, networkV6) {
		return []string{Network(p.Addr())}
	}
	if !p.Addr().Is4() || p.Bits() < widestV4 {
		return nil
	}
	first := p.Masked().Addr().As4()
	var list []string
	for i := range 1 << (networkV4 - p.Bits()) {
		n := binary.BigEndian.Uint32(first[:]) + uint32(i)<<(32-networkV4)
		list = append(list, Network(netip.AddrFrom4([4]byte(binary.BigEndian.AppendUint32(nil, n)))))
	}
	return list
}

// NetworkPrefix is [Network] as a prefix, which takes no memory: the zero Prefix for
// the zero Addr.
func NetworkPrefix(ip netip.Addr) netip.Prefix {
	ip = PlainAddr(ip)
	prefix, _ := ip.Prefix(bitsOf(ip, networkV4, networkV6)) // it fails for the zero Addr
	return prefix
}

func prefixOf(ip netip.Addr, v4, v6 int) string {
	ip = PlainAddr(ip)
	prefix, err := ip.Prefix(bitsOf(ip, v4, v6))
	if err != nil || !prefix.IsValid() {
		return ""
	}
	return prefix.String()
}

func bitsOf(ip netip.Addr, v4, v6 int) int {
	if ip.Is4() {
		return v4
	}
	return v6
}
