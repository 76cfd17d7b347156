package main

import (
	"crypto/tls"
	"fmt"
	"net/http"
	"time"

	"broadsheet/models"
)

type healthCmd struct {
	Addr string `default:"127.0.0.1:8080" help:"Where the server listens (${default})."`
}

// healthTime is how long an answer may take.
const healthTime = 4 * time.Second

func (c healthCmd) Run(a *app) error {
	client := http.Client{Timeout: healthTime}
	answer, err := client.Get("http://" + c.Addr + "/healthz")
	if err == nil && answer.StatusCode == http.StatusBadRequest {
		// It speaks HTTPS. The certificate is made out to the public name; here
		// it is only asked how it is, and told nothing.
		answer.Body.Close()
		client.Transport = &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}
		answer, err = client.Get("https://" + c.Addr + "/healthz")
	}
	if err != nil {
		return models.Errorf(models.Conflict, "no server answers at %s", c.Addr)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return models.Errorf(models.Conflict, "the server at %s says %s", c.Addr, answer.Status)
	}
	_, err = fmt.Fprintln(a.stdout, "ok")
	return err
}
