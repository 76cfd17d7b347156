package handlers

import (
	"context"
	"net/http"
	"net/netip"
	"sync/atomic"

	"broadsheet/models"
)

// proxyFault is a kind of fault in the headers by which a proxy tells the
// client's address.
type proxyFault int

const (
	noFault proxyFault = iota
	unreadableHop
	nothingForwarded
	untrustedPeer
	headersDiffer
	proxyFaults // their number
)

// proxyNotices are the faults as they are kept for the operator, and the
// sentence in the log.
var proxyNotices = [proxyFaults]struct{ kind, log string }{
	unreadableHop:    {models.ForwardedUnreadable, "a trusted proxy sends a client address that cannot be read; its readers share wide limits"},
	nothingForwarded: {models.ForwardedMissing, "a trusted proxy passes requests on without X-Forwarded-For or Forwarded; its readers share wide limits"},
	untrustedPeer:    {models.ForwardedUntrusted, "a forwarding header came from an address that is no trusted proxy; it is not read"},
	headersDiffer:    {models.ForwardedDiffers, "X-Forwarded-For and Forwarded name different clients; X-Forwarded-For is used"},
}

// proxyWatch tells the operator of each kind of fault once: in the log, and in
// the database for the doctor command.
type proxyWatch struct {
	told [proxyFaults]atomic.Bool
}

// address returns the client's address, the zero Addr when a trusted proxy did
// not tell it.
func (s *server) address(r *http.Request) netip.Addr {
	o := originOf(r, s.TrustedProxies)
	if o.fault != noFault && !s.proxies.told[o.fault].Load() && s.proxies.told[o.fault].CompareAndSwap(false, true) {
		s.tellProxyFault(r, o)
	}
	return o.addr
}

// tellProxyFault logs a fault and stores it. The detail identifies no reader: it
// is the shape of an unreadable element, or the network of a peer.
func (s *server) tellProxyFault(r *http.Request, o origin) {
	detail := o.shape
	if port, err := netip.ParseAddrPort(r.RemoteAddr); err == nil && o.fault != unreadableHop {
		detail = network(plain(port.Addr()))
	}
	notice := proxyNotices[o.fault]
	s.Log.WarnContext(r.Context(), notice.log, "detail", detail)
	ctx := context.WithoutCancel(r.Context())
	go func() {
		if err := models.SaveNotice(ctx, s.DB, notice.kind, detail); err != nil {
			s.Log.WarnContext(ctx, "the notice for the doctor command was not kept", "error", err.Error())
		}
	}()
}
