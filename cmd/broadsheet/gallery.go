package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"

	"broadsheet/public"
	"broadsheet/views"
	"broadsheet/views/fixtures"
)

type galleryCmd struct {
	Addr string `default:"127.0.0.1:8081" help:"Address to listen on (${default}); port 0 takes a free one."`
}

// Run serves every sample page under its name, with a list of them at /.
func (c galleryCmd) Run(a *app) error {
	assets, err := public.New()
	if err != nil {
		return err
	}
	renderer, err := views.New(assets, views.Options{})
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle("/assets/", assets)
	mux.HandleFunc("/fixtures/picture.svg", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "image/svg+xml")
		fmt.Fprint(w, fixtures.PictureSVG)
	})
	mux.HandleFunc("/sw.js", func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Type", "text/javascript") })
	samples := fixtures.All()
	show := func(pattern string, s fixtures.Sample) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, _ *http.Request) {
			var page bytes.Buffer
			if err := s.Render(renderer, &page); err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.Write(page.Bytes())
		})
	}
	show("/{$}", fixtures.Index(samples))
	for _, s := range samples {
		show("/"+s.Name+"/{$}", s)
	}
	listener, err := listen(c.Addr)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: mux, ReadHeaderTimeout: readTime}
	defer context.AfterFunc(a.ctx, func() { server.Close() })()
	fmt.Fprintf(a.stdout, "listening on http://%s\n", listener.Addr())
	if err := server.Serve(listener); err != http.ErrServerClosed {
		return err
	}
	return nil
}
