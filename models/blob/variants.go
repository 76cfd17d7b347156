package blob

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"io/fs"
	"runtime"
	"slices"

	"golang.org/x/sync/singleflight"
)

// Widths are the widths in pixels that pictures are served in, beside their
// own.
var Widths = []int{320, 640, 960, 1280, 1920}

// VariantsOptions bound the work on pictures.
type VariantsOptions struct {
	Workers int // pictures decoded at once; 0: as many as there are cores
}

// Variants makes the widths of pictures on first use and keeps them in the
// store.
type Variants struct {
	store   Store
	workers chan struct{}
	flights singleflight.Group
}

// NewVariants makes variants of the pictures in a store.
func NewVariants(store Store, o VariantsOptions) (*Variants, error) {
	if store == nil {
		return nil, errors.New("blob.NewVariants: no store")
	}
	if o.Workers == 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	return &Variants{store: store, workers: make(chan struct{}, o.Workers)}, nil
}

// OriginalKey returns the key under which a picture's original stands.
func OriginalKey(key string) string { return "originals/" + key }

func variantKey(key string, width int) string { return fmt.Sprintf("variants/%s-%d", key, width) }

// Open returns a picture in one of Widths. The first caller makes it, others
// wait for the same one. The error is fs.ErrNotExist for an unknown picture
// or width.
func (v *Variants) Open(ctx context.Context, key string, width int) (*File, error) {
	if !slices.Contains(Widths, width) {
		return nil, fs.ErrNotExist
	}
	f, err := v.store.Open(ctx, variantKey(key, width))
	if !errors.Is(err, fs.ErrNotExist) {
		return f, err
	}
	_, err, _ = v.flights.Do(variantKey(key, width), func() (any, error) {
		// It serves all who wait, so one who leaves must not stop it.
		return nil, v.make(context.WithoutCancel(ctx), key, width)
	})
	if err != nil {
		return nil, err
	}
	return v.store.Open(ctx, variantKey(key, width))
}

func (v *Variants) make(ctx context.Context, key string, width int) error {
	v.workers <- struct{}{}
	defer func() { <-v.workers }()
	original, err := v.store.Open(ctx, OriginalKey(key))
	if err != nil {
		return err
	}
	defer original.Close()
	src, _, err := image.Decode(io.LimitReader(original, MaxPictureBytes))
	if err != nil {
		return fmt.Errorf("picture %s: %w", key, err)
	}
	var out bytes.Buffer
	if _, err := scale(&out, src, width); err != nil {
		return fmt.Errorf("picture %s: %w", key, err)
	}
	return v.store.Put(ctx, variantKey(key, width), &out)
}
