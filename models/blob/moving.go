package blob

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"log/slog"
)

// Limits of a moving GIF.
const (
	MaxMovingPixel = 400_000_000 // width times height times frames
	MaxFrames      = 5_000
)

// Blocks and labels of GIF (GIF89a, appendix A).
const (
	gifHeader      = 13 // with the logical screen descriptor
	gifExtension   = 0x21
	gifImage       = 0x2C
	gifTrailer     = 0x3B
	gifControl     = 0xF9 // the delay and the transparent colour of the next frame
	gifApplication = 0xFF
)

// movingGIF is the result of a walk through a GIF.
type movingGIF struct {
	frames  int
	cleaned []byte // without comments, metadata and what comes after the end
}

// walkGIF reads the blocks of a GIF without decoding its pixels. It returns false for
// blocks that break off. keep asks for the cleaned bytes.
func walkGIF(data []byte, keep bool) (g movingGIF, ok bool) {
	if len(data) < gifHeader || !bytes.HasPrefix(data, []byte("GIF8")) {
		return g, false
	}
	at := gifHeader + colourTable(data[10])
	take := func(from int) {
		if keep && at <= len(data) {
			g.cleaned = append(g.cleaned, data[from:at]...)
		}
	}
	take(0)
	for at < len(data) {
		from := at
		switch data[at] {
		case gifTrailer:
			at++
			take(from)
			return g, true
		case gifImage:
			if at+10 > len(data) {
				return g, false
			}
			at = skipBlocks(data, at+10+colourTable(data[at+9])+1)
			g.frames++
			if at <= len(data) {
				take(from)
			}
		case gifExtension:
			if at+2 > len(data) {
				return g, false
			}
			label := data[at+1]
			loops := label == gifApplication && at+14 <= len(data) && isLoop(string(data[at+3:at+14]))
			if at = skipBlocks(data, at+2); at <= len(data) && (label == gifControl || loops) {
				take(from)
			}
		default:
			return g, false
		}
	}
	// The end mark is missing. Browsers show such a picture.
	if at == len(data) && g.frames > 0 {
		if keep {
			g.cleaned = append(g.cleaned, gifTrailer)
		}
		return g, true
	}
	return g, false
}

// isLoop reports whether an application's block says how often a GIF repeats.
func isLoop(application string) bool {
	return application == "NETSCAPE2.0" || application == "ANIMEXTS1.0"
}

// colourTable returns the length of the table that a GIF's flags announce.
func colourTable(flags byte) int {
	if flags&0x80 == 0 {
		return 0
	}
	return 3 << (flags&7 + 1)
}

// skipBlocks returns the place after sub-blocks, or one after the end of the data.
func skipBlocks(data []byte, at int) int {
	for at < len(data) {
		n := int(data[at])
		at += 1 + n
		if n == 0 {
			return at
		}
	}
	return len(data) + 1
}

// countFrames returns the frames of a GIF, and refuses more than browsers should get.
func countFrames(data []byte) (int, error) {
	g, ok := walkGIF(data, false)
	if !ok || g.frames == 0 {
		return 0, ErrIncomplete
	}
	width, height := int(binary.LittleEndian.Uint16(data[6:])), int(binary.LittleEndian.Uint16(data[8:]))
	if g.frames > 1 && (g.frames > MaxFrames || g.frames*width*height > MaxMovingPixel) {
		return 0, ErrFrames
	}
	return g.frames, nil
}

// OpenMoving returns a moving GIF in its own size: the frames of the original, without
// comments and metadata. The error is fs.ErrNotExist for an unknown picture.
func (v *Variants) OpenMoving(ctx context.Context, key string) (*File, error) {
	variant := movingKey(key)
	return v.open(ctx, variant, func(ctx context.Context) ([]byte, error) {
		select {
		case v.workers <- struct{}{}:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		defer func() { <-v.workers }()
		original, err := v.original(ctx, key)
		if err != nil {
			return nil, err
		}
		g, ok := walkGIF(original, true)
		if !ok {
			return nil, fmt.Errorf("picture %s: not a GIF", key)
		}
		if err := v.cache.keep(ctx, variant, g.cleaned); err != nil {
			slog.WarnContext(ctx, "cannot store a moving picture", "picture", key, "error", err)
		}
		return g.cleaned, nil
	})
}
