package main

import (
	"fmt"
	"net/url"
	"path/filepath"
	"strings"

	"broadsheet/handlers"
	"broadsheet/models"
)

// started lists the options that the program was started with, for the page of
// settings. It has no secrets: of the mail server it has the host only, and of the
// database only its kind.
func (c serveCmd) started(a *app, db *models.DB, base *url.URL) []handlers.Fact {
	data, err := filepath.Abs(a.Data)
	if err != nil {
		data = a.Data
	}
	var proxies []string
	for _, p := range c.TrustedProxy {
		proxies = append(proxies, p.String())
	}
	encryption := ""
	if c.TLSCert != "" {
		encryption = "HTTPS"
	}
	return []handlers.Fact{
		{Name: "--base-url", Value: base.String()},
		{Name: "--addr", Value: c.Addr},
		{Name: "--tls-cert", Value: encryption},
		{Name: "--trusted-proxy", Value: strings.Join(proxies, ", ")},
		{Name: "--data", Value: data},
		{Name: "--database", Value: string(db.Dialect())},
		{Name: "--smtp", Value: mailHost(c.SMTP)},
		{Name: "--mail-from", Value: c.MailFrom},
		{Name: "--cache", Value: fmt.Sprint(c.Cache, " MB")},
		{Name: "--cdn-age", Value: c.CDNAge.String()},
	}
}

// mailHost returns the host and port of a mail server's address, which may have a
// password.
func mailHost(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}
