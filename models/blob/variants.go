package blob

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"runtime"
	"slices"
	"time"

	"golang.org/x/sync/singleflight"
)

// Widths are the widths in pixels that pictures are served in. A narrower
// picture is served in its own width instead.
var Widths = []int{320, 640, 960, 1280, 1920}

// VariantsOptions bound the work on pictures and the room they take.
type VariantsOptions struct {
	Workers  int   // pictures decoded at once; 0: as many as there are cores
	MaxBytes int64 // room for variants, originals not counted; 0: DefaultVariantBytes
	// Now is the clock that tells which variants are in use; nil means the
	// machine's, which dates the files as well.
	Now func() time.Time
}

// DefaultVariantBytes is the room for variants where none is given.
const DefaultVariantBytes = 2 << 30

// Variants makes the widths of pictures on first use and keeps them in the
// store for as long as there is room.
type Variants struct {
	store   Store
	workers chan struct{}
	flights singleflight.Group
	cache   *cache
}

// NewVariants makes variants of the pictures in a store.
func NewVariants(store Store, o VariantsOptions) (*Variants, error) {
	if store == nil {
		return nil, errors.New("blob.NewVariants: no store")
	}
	if o.Workers < 0 || o.MaxBytes < 0 {
		return nil, errors.New("blob.NewVariants: a limit below zero")
	}
	if o.Workers == 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	if o.MaxBytes == 0 {
		o.MaxBytes = DefaultVariantBytes
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Variants{
		store: store, workers: make(chan struct{}, o.Workers),
		cache: &cache{store: store, limit: o.MaxBytes, now: o.Now},
	}, nil
}

// OriginalKey returns the key under which a picture's original stands.
func OriginalKey(key string) string { return "originals/" + key }

func variantKey(key string, width int, format Format) string {
	variant := fmt.Sprintf("%s/%d/%s-%d", variantsFolder, rendering, key, width)
	if format == WebP {
		variant += ".webp"
	}
	return variant
}

// Open returns a picture as OpenAs does, in the format that all browsers read.
func (v *Variants) Open(ctx context.Context, key string, width int) (*File, error) {
	return v.OpenAs(ctx, key, width, Classic)
}

// OpenAs returns a picture in one of Widths, or in its own if that is less. The
// first caller makes it, others wait for the same one; who leaves meanwhile
// gets the error of ctx. The error is fs.ErrNotExist for an unknown picture or
// width.
func (v *Variants) OpenAs(ctx context.Context, key string, width int, format Format) (*File, error) {
	if !slices.Contains(Widths, width) {
		return nil, fs.ErrNotExist
	}
	variant := variantKey(key, width, format)
	if f, err := v.cache.open(ctx, variant); err == nil {
		return f, nil
	}
	made := v.flights.DoChan(variant, func() (any, error) {
		// It serves all who wait, so one who leaves must not stop it.
		return v.make(context.WithoutCancel(ctx), key, width, format)
	})
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case result := <-made:
		if result.Err != nil {
			return nil, result.Err
		}
		data := result.Val.([]byte)
		return &File{memory{bytes.NewReader(data)}, int64(len(data)), v.cache.now()}, nil
	}
}

// memory is a File that was not, or not yet, kept.
type memory struct{ *bytes.Reader }

// Close implements io.Closer.
func (memory) Close() error { return nil }

// make renders a variant and keeps it. That it cannot be kept, say on a full
// disk, must not take the picture from the page: it is then rendered again for
// the next reader.
func (v *Variants) make(ctx context.Context, key string, width int, format Format) (data []byte, err error) {
	// It runs beside the requests, where a panic of a decoder would end the
	// program and not only one answer.
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("picture %s: the decoder failed: %v", key, p)
		}
	}()
	// The last flight may have landed since this one's caller looked.
	if f, err := v.cache.open(ctx, variantKey(key, width, format)); err == nil {
		defer f.Close()
		return io.ReadAll(f)
	}
	// An address that was guessed is refused at once, whoever is at work.
	f, err := v.store.Open(ctx, OriginalKey(key))
	if err != nil {
		return nil, err
	}
	if err := f.Close(); err != nil {
		return nil, err
	}
	v.workers <- struct{}{}
	defer func() { <-v.workers }()
	original, err := v.original(ctx, key)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := render(&out, original, width, format); err != nil {
		return nil, fmt.Errorf("picture %s: %w", key, err)
	}
	if err := v.cache.keep(ctx, variantKey(key, width, format), out.Bytes()); err != nil {
		slog.WarnContext(ctx, "cannot keep a picture's variant", "picture", key, "width", width, "error", err)
	}
	return out.Bytes(), nil
}

func (v *Variants) original(ctx context.Context, key string) ([]byte, error) {
	f, err := v.store.Open(ctx, OriginalKey(key))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return readAtMost(f, MaxPictureBytes)
}
