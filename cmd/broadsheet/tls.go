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

// keyPair is the certificate of the site. It is read again when its files
// change, so that a renewal needs no restart.
type keyPair struct {
	certFile, keyFile string

	mu       sync.Mutex
	current  *tls.Certificate
	modified time.Time
}

// tlsConfig returns the TLS settings, nil without TLS. The server adds HTTP/2
// to them.
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

// get returns the certificate for a connection. While the new files cannot be
// read, for example because only one of the two has been written, it returns
// the old one.
func (p *keyPair) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.read(); err != nil {
		slog.Warn("the certificate cannot be read again; the earlier one stays in use", "error", err)
	}
	return p.current, nil
}

// read reads the files if they have changed since the last time.
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
