package encoding

import (
	"bytes"
	"io"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// Effort says how much time compressing may take.
type Effort int

const (
	// Quick takes about as long as rendering a page: a page is compressed once
	// and sent many times, but its first reader waits for it.
	Quick Effort = iota
	// Thorough takes some 50 ms for a page and saves up to a sixth, in brotli.
	Thorough
	// Best is for files that are compressed once, when the process starts.
	Best

	efforts
)

// Levels by effort. zstd has one level.
var (
	brotliLevels = [efforts]brotli.WriterOptions{
		Quick: {Quality: 5},
		// The encoder's tables grow with the window: they take eight times its
		// size, and 32 MB by default. 1<<18 bytes are longer than most pages.
		Thorough: {Quality: 10, LGWin: 18},
		Best:     {Quality: brotli.BestCompression, LGWin: 18},
	}
	gzipLevels = [efforts]int{Quick: 6, Thorough: gzip.BestCompression, Best: gzip.BestCompression}
)

// resetter is an encoder that can be used again.
type resetter interface {
	io.WriteCloser
	Reset(w io.Writer)
}

// pools keep encoders for the next body: they are large.
var pools = func() *[Count][efforts]sync.Pool {
	var all [Count][efforts]sync.Pool
	for effort := range efforts {
		all[Gzip][effort].New = func() any {
			z, _ := gzip.NewWriterLevel(nil, gzipLevels[effort]) // the levels are valid constants
			return z
		}
		all[Zstd][effort].New = func() any {
			// The options are valid constants. Browsers take windows up to 8 MB.
			z, _ := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedBetterCompression),
				zstd.WithWindowSize(1<<20))
			return z
		}
		all[Brotli][effort].New = func() any { return brotli.NewWriterOptions(nil, brotliLevels[effort]) }
	}
	return &all
}()

// Compress returns the body in an encoding; Identity returns the body itself.
func Compress(e Encoding, effort Effort, body []byte) []byte {
	if e == Identity {
		return body
	}
	pool := &pools[e][effort]
	z := pool.Get().(resetter)
	defer pool.Put(z)
	if z, ok := z.(*zstd.Encoder); ok {
		return z.EncodeAll(body, make([]byte, 0, len(body)/4))
	}
	var out bytes.Buffer
	z.Reset(&out)
	z.Write(body) // writing into memory does not fail
	z.Close()
	return bytes.Clone(out.Bytes())
}
