package main

import (
	"crypto/tls"
	"errors"
	"log/slog"
	"os"
	"sync"
	"time"

	"broadsheet/models"
)

// keyPair is the certificate that the site shows, read again when its files
// change: it is renewed every few weeks, and readers must not notice.
type keyPair struct {
	certFile, keyFile string

	mu       sync.Mutex
	current  *tls.Certificate
	modified time.Time
}

// tlsConfig returns how connections are encrypted, nil if they are not. The
// server adds HTTP/2 to it.
func (c serveCmd) tlsConfig() (*tls.Config, error) {
	if c.TLSCert == "" && c.TLSKey == "" {
		return nil, nil
	}
	if c.TLSCert == "" || c.TLSKey == "" {
		return nil, models.Errorf(models.Invalid, "--tls-cert and --tls-key belong together: give both or none")
	}
	pair := &keyPair{certFile: c.TLSCert, keyFile: c.TLSKey}
	if err := pair.read(); err != nil {
		return nil, models.Errorf(models.Invalid, "--tls-cert, --tls-key: %v", err)
	}
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: pair.get}, nil
}

// get returns the certificate for a connection. While new files cannot be
// read, say because only one of the two has been written, the old one stays.
func (p *keyPair) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.read(); err != nil {
		slog.Warn("the certificate cannot be read again; the one before is kept", "error", err)
	}
	return p.current, nil
}

// read reads the files if they are newer than what is known.
func (p *keyPair) read() error {
	cert, certErr := os.Stat(p.certFile)
	key, keyErr := os.Stat(p.keyFile)
	if err := errors.Join(certErr, keyErr); err != nil {
		return err
	}
	modified := cert.ModTime()
	if key.ModTime().After(modified) {
		modified = key.ModTime()
	}
	if p.current != nil && modified.Equal(p.modified) {
		return nil
	}
	pair, err := tls.LoadX509KeyPair(p.certFile, p.keyFile)
	if err != nil {
		return err
	}
	p.current, p.modified = &pair, modified
	return nil
}
