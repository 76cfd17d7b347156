package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"time"

	"broadsheet/models"
)

// noticesCount is how long the doctor command reports a notice. A server
// deletes all notices when it starts.
const noticesCount = 7 * 24 * time.Hour

// noticeTexts are the text and the advice for each notice. %s is its detail.
var noticeTexts = map[string]struct{ says, advice string }{
	models.ForwardedUnreadable: {
		"a trusted proxy sends a client address of the form %q, which cannot be read",
		"let it send X-Forwarded-For (or Forwarded, RFC 7239) with the client's IP address; " +
			"until then all its readers share wide limits and no comment has an address",
	},
	models.ForwardedMissing: {
		"a trusted proxy in %s passes requests on without the client's address",
		"let it send X-Forwarded-For; until then all its readers share wide limits and no comment has an address",
	},
	models.ForwardedUntrusted: {
		"a forwarding header came from %s, which is no trusted proxy, and was not read",
		"if your proxy is there, name it with --trusted-proxy: without that all readers count as one; " +
			"if not, a visitor sent the header and nothing is wrong",
	},
	models.ForwardedDiffers: {
		"X-Forwarded-For and Forwarded name different clients in requests from %s; X-Forwarded-For is used",
		"let the proxy remove the header that it does not write itself",
	},
	models.QueueFull: {
		"requests were refused because too many waited for a page to be rendered (%s)",
		"give the page cache more memory (--cache) or the site more cores; a longer queue (--page-queue) only makes readers wait longer",
	},
	models.BaseURLMissing: {
		"the site listens on %s without its public address",
		"name it with --base-url: links in mail, feeds and canonical addresses begin with it",
	},
}

// lookAtNotices reports the faults in the server's surroundings that it has
// found since it started.
func lookAtNotices(a *app, db *models.DB) (finding, error) {
	f := finding{what: "notices of the server", says: "no faults since it started"}
	notices, err := models.Notices(a.ctx, db, db.Now().Add(-noticesCount))
	for i, n := range notices {
		text, known := noticeTexts[n.Kind]
		if !known {
			text.says = n.Kind + " (%s)"
		}
		says := fmt.Sprintf(text.says, n.Detail) + ", last seen " + n.At.UTC().Format(time.RFC3339)
		// A header from outside is not a fault: a visitor can send it.
		f.wrong = f.wrong || n.Kind != models.ForwardedUntrusted || isInside(n.Detail)
		if i == 0 {
			f.says, f.advice = says, text.advice
		} else {
			f.advice += "\n       " + says + "\n       " + text.advice
		}
	}
	return f, err
}

// isInside reports whether a network is private, like the network between a
// proxy and the site.
func isInside(network string) bool {
	p, err := netip.ParsePrefix(network)
	return err == nil && (p.Addr().IsPrivate() || p.Addr().IsLoopback() || p.Addr().IsLinkLocalUnicast())
}

// noteAddress warns if the site listens to other machines without knowing its
// public address.
func (c serveCmd) noteAddress(ctx context.Context, db *models.DB, addr net.Addr) error {
	if err := models.PruneNotices(ctx, db); err != nil {
		return err
	}
	listening, ok := addr.(*net.TCPAddr)
	if c.BaseURL != "" || !ok || listening.IP.IsLoopback() {
		return nil
	}
	slog.Warn("the site listens beyond this machine without its public address: name it with --base-url", "address", addr.String())
	return models.SaveNotice(ctx, db, models.BaseURLMissing, addr.String())
}
