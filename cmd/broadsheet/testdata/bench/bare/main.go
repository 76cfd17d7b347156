// Command bare is the yardstick of cached.sh: an Echo handler that sends
// ready-made bytes and does nothing else. With -like it sends every header of
// the real answer, too; with -bounded it waits for nobody for ever.
package main

import (
	"flag"
	"io"
	"log"
	"net/http"
	"os"
	"time"

	"github.com/labstack/echo/v4"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:0", "where to listen")
	file := flag.String("file", "", "the bytes")
	like := flag.String("like", "", "address of an answer whose headers are sent; empty: only what the bytes need")
	coding := flag.String("coding", "gzip", "content coding of the bytes")
	bounded := flag.Bool("bounded", false, "bound the connections' times as the real program does")
	flag.Parse()
	body, err := os.ReadFile(*file)
	if err != nil {
		log.Fatal(err)
	}
	headers := http.Header{}
	if *coding != "identity" {
		headers.Set("Content-Encoding", *coding)
	}
	if *like != "" {
		headers = headersOf(*like, *coding)
	}
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.GET("/*", func(c echo.Context) error {
		h := c.Response().Header()
		for name, values := range headers {
			h[name] = values
		}
		return c.Blob(http.StatusOK, "text/html; charset=utf-8", body)
	})
	if *bounded {
		e.Server.ReadHeaderTimeout, e.Server.ReadTimeout, e.Server.WriteTimeout, e.Server.IdleTimeout = 10*time.Second, time.Minute, time.Minute, 2*time.Minute
	}
	log.Fatal(e.Start(*addr))
}

func headersOf(address, coding string) http.Header {
	r, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		log.Fatal(err)
	}
	r.Header.Set("Accept-Encoding", coding)
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		log.Fatal(err)
	}
	defer res.Body.Close()
	io.Copy(io.Discard, res.Body)
	res.Header.Del("Date")
	return res.Header
}
