package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// certify writes a certificate for 127.0.0.1 with a number, and returns a pool
// that trusts it. The files get the modification time at, by which the server
// notices them.
func certify(t *testing.T, certFile, keyFile string, number int64, at time.Time) *x509.CertPool {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(number), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for file, block := range map[string]*pem.Block{certFile: {Type: "CERTIFICATE", Bytes: cert}, keyFile: {Type: "PRIVATE KEY", Bytes: private}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(file, at, at); err != nil {
			t.Fatal(err)
		}
	}
	parsed, err := x509.ParseCertificate(cert)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return pool
}

// askOver opens a new connection and asks for the front page.
func askOver(t *testing.T, address string, trusted *x509.CertPool) *http.Response {
	t.Helper()
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: trusted}, ForceAttemptHTTP2: true}
	defer transport.CloseIdleConnections()
	answer, err := (&http.Client{Transport: transport, Timeout: patience}).Get(address)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	return answer
}

func TestServesHTTPSItself(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	binary, cert, key := filepath.Join(dir, "broadsheet"), filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	begin := time.Now().Add(-time.Hour)
	trusted := certify(t, cert, key, 1, begin)
	for name, c := range map[string]struct {
		options []string
		hsts    bool
	}{
		"the address it listens on":     {nil, true},
		"a public address behind HTTPS": {[]string{"--base-url", "https://news.example"}, true},
		"a public address without":      {[]string{"--base-url", "http://news.example"}, false},
	} {
		var s site
		if err := s.start(dir, binary, append(c.options, "--data", filepath.Join(dir, "data"), "--tls-cert", cert, "--tls-key", key)...); err != nil {
			t.Fatal(err)
		}
		answer := askOver(t, s.url, trusted)
		if answer.StatusCode != http.StatusOK || answer.ProtoMajor != 2 {
			t.Errorf("%s: %s over %s", name, answer.Status, answer.Proto)
		}
		if got := answer.Header.Get("Strict-Transport-Security"); (got != "") != c.hsts {
			t.Errorf("%s: Strict-Transport-Security is %q", name, got)
		}
		out, err := exec.Command(binary, "health", "--addr", answer.Request.URL.Host).CombinedOutput()
		if err != nil || string(out) != "ok\n" {
			t.Errorf("%s: health says %s, %v", name, out, err)
		}
		if c.options == nil {
			// Renewed while it runs, and then spoilt.
			renewed := certify(t, cert, key, 2, begin.Add(time.Minute))
			if got := askOver(t, s.url, renewed).TLS.PeerCertificates[0].SerialNumber.Int64(); got != 2 {
				t.Errorf("the certificate after renewal has the number %d", got)
			}
			if err := os.WriteFile(key, []byte("no key"), 0o600); err != nil {
				t.Fatal(err)
			}
			askOver(t, s.url, renewed)
			trusted = certify(t, cert, key, 3, begin.Add(2*time.Minute))
		}
		if err := s.stop(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, options := range [][]string{{"--tls-cert", cert}, {"--tls-key", key}, {"--tls-cert", cert, "--tls-key", cert}} {
		out, err := exec.Command(binary, append([]string{"serve", "--addr", "127.0.0.1:0", "--data", filepath.Join(dir, "data")}, options...)...).CombinedOutput()
		if err == nil || !strings.Contains(string(out), "--tls-") {
			t.Errorf("%v: %v\n%s", options, err, out)
		}
	}
}
