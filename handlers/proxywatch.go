package handlers

import (
	"context"
	"log/slog"
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

// proxyNotices are the kinds of notices for the operator, and the sentences in
// the log.
var proxyNotices = [proxyFaults]struct{ kind, log string }{
	unreadableHop: {
		models.ForwardedUnreadable,
		"a trusted proxy sends a client address that cannot be read; its readers share wide limits",
	},
	nothingForwarded: {
		models.ForwardedMissing,
		"a trusted proxy passes requests on without X-Forwarded-For or Forwarded; its readers share wide limits",
	},
	untrustedPeer: {models.ForwardedUntrusted, "a forwarding header came from an address that is no trusted proxy; it is not read"},
	headersDiffer: {models.ForwardedDiffers, "X-Forwarded-For and Forwarded name different clients; X-Forwarded-For is used"},
}

// clients finds the addresses of clients. It reports each kind of fault once:
// in the log, and in the database for the doctor command.
type clients struct {
	trusted []netip.Prefix // proxies
	db      *models.DB
	log     *slog.Logger
	told    [proxyFaults]atomic.Bool
}

// address returns the client's address. It returns the zero Addr when a trusted
// proxy did not send it.
func (cl *clients) address(r *http.Request) netip.Addr {
	o := originOf(r, cl.trusted)
	if o.fault != noFault && !cl.told[o.fault].Load() && cl.told[o.fault].CompareAndSwap(false, true) {
		cl.tellProxyFault(r, o)
	}
	return o.addr
}

// tellProxyFault logs a fault and stores it. The detail identifies no reader: it
// is the shape of an unreadable element, or the network of a peer.
func (cl *clients) tellProxyFault(r *http.Request, o origin) {
	detail := o.shape
	if port, err := netip.ParseAddrPort(r.RemoteAddr); err == nil && o.fault != unreadableHop {
		detail = networkOf(models.PlainAddr(port.Addr()))
	}
	notice := proxyNotices[o.fault]
	cl.log.WarnContext(r.Context(), notice.log, "detail", detail)
	ctx := context.WithoutCancel(r.Context())
	go func() {
		if err := models.SaveNotice(ctx, cl.db, notice.kind, detail); err != nil {
			cl.log.WarnContext(ctx, "the notice for the doctor command was not stored", "error", err.Error())
		}
	}()
}
