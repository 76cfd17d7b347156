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
		// The server speaks HTTPS. Its certificate has the public name, so it is not
		// verified here: the request holds nothing secret.
		answer.Body.Close()
		client.Transport = &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}
		answer, err = client.Get("https://" + c.Addr + "/healthz")
	}
	if err != nil {
		return models.Errorf(models.Conflict, "no server answers at %s", c.Addr)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return models.Errorf(models.Conflict, "the server at %s answers %s", c.Addr, answer.Status)
	}
	_, err = fmt.Fprintln(a.stdout, "ok")
	return err
}
