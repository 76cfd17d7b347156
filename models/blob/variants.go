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

	"golang.org/x/sync/semaphore"
	"golang.org/x/sync/singleflight"
)

// Widths are the widths of served pictures, in pixels. A narrower picture is served
// in its own width.
var Widths = []int{320, 640, 960, 1280, 1920}

// VariantsOptions bound the work on pictures and the space that they take.
type VariantsOptions struct {
	Workers  int   // pictures decoded at once; 0: one for each core
	MaxBytes int64 // space for variants, without originals; 0: DefaultVariantBytes
	// Now is the clock for the last use of variants; nil means the wall clock,
	// which also dates the files.
	Now func() time.Time
}

// DefaultVariantBytes is the default space for variants, in bytes.
const DefaultVariantBytes = 2 << 30

// Variants renders the widths of pictures on first use and stores them within a
// limit.
type Variants struct {
	store   Store
	workers chan struct{}
	memory  *semaphore.Weighted // of decoded pixels, in bytes
	calls   singleflight.Group
	cache   *cache
	recent  recent
}

// NewVariants returns Variants of the pictures in a store.
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
		store: store, workers: make(chan struct{}, o.Workers), memory: semaphore.NewWeighted(2 * maxDecoded),
		cache: &cache{store: store, limit: o.MaxBytes, now: o.Now},
	}, nil
}

// OriginalKey returns the key of a picture's original.
func OriginalKey(key string) string { return originalsFolder + "/" + key }

func variantKey(key string, width int, format Format) string {
	variant := fmt.Sprintf("%s/%d/%s-%d", variantsFolder, rendering, key, width)
	if format == WebP {
		variant += ".webp"
	}
	return variant
}

// OpenAs returns a picture in one of Widths, or in its own if that is less. The
// first caller renders it and concurrent callers wait for it. It returns ctx's error
// when ctx ends, and fs.ErrNotExist for an unknown picture or width.
func (v *Variants) OpenAs(ctx context.Context, key string, width int, format Format) (*File, error) {
	if !slices.Contains(Widths, width) {
		return nil, fs.ErrNotExist
	}
	return v.open(ctx, variantKey(key, width, format), func(ctx context.Context) ([]byte, error) {
		return v.make(ctx, key, width, format)
	})
}

// OpenDerived returns a file that draw makes from other files and texts, such as the
// card of an article. It is stored among the variants under a name of letters, digits
// and "-" that must change with the content. draw runs for the first caller only, and
// bounds its own work.
func (v *Variants) OpenDerived(ctx context.Context, name string, draw func(context.Context) ([]byte, error)) (*File, error) {
	key := variantsFolder + "/derived/" + name
	return v.open(ctx, key, func(ctx context.Context) (data []byte, err error) {
		defer func() {
			if p := recover(); p != nil {
				err = fmt.Errorf("picture %s: drawing failed: %v", name, p)
			}
		}()
		if data, err = draw(ctx); err != nil {
			return nil, err
		}
		if err := v.cache.keep(ctx, key, data); err != nil {
			slog.WarnContext(ctx, "cannot store a drawn picture", "picture", name, "error", err)
		}
		return data, nil
	})
}

// Take reads a picture, checks it as [Inspect] does and stores it as an original. name
// gives it a name among the originals, or refuses it. Take waits for a worker before it
// reads, so that many uploads at once need little memory.
func (v *Variants) Take(ctx context.Context, r io.Reader, name func(*Picture) (string, error)) (*Picture, error) {
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case v.workers <- struct{}{}:
	}
	defer func() { <-v.workers }()
	data, err := readPicture(r)
	if err != nil {
		return nil, err
	}
	head, err := readHeader(data)
	if err != nil {
		return nil, err
	}
	p, err := v.inspect(ctx, head, data)
	if err != nil {
		return nil, err
	}
	key, err := name(p)
	if err != nil {
		return nil, err
	}
	// The store may have the file already, and a cleaner may be about to delete it.
	if err := v.put(ctx, key, data); err != nil {
		return nil, err
	}
	return p, nil
}

// inspect decodes a picture when there is memory for it. A panic of a decoder is a
// broken picture.
func (v *Variants) inspect(ctx context.Context, h *header, data []byte) (p *Picture, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			slog.WarnContext(ctx, "a decoder failed on an uploaded picture", "format", h.format, "fault", fault)
			err = ErrIncomplete
		}
	}()
	if err := v.memory.Acquire(ctx, h.memory); err != nil {
		return nil, err
	}
	defer v.memory.Release(h.memory)
	return h.inspect(data)
}

// open returns a stored variant, or makes it once for all callers.
func (v *Variants) open(ctx context.Context, variant string, render func(context.Context) ([]byte, error)) (*File, error) {
	if f, err := v.cache.open(ctx, variant); err == nil {
		return f, nil
	}
	rendered := v.calls.DoChan(variant, func() (any, error) {
		// Other callers wait for it, so the end of ctx must not stop it.
		return render(context.WithoutCancel(ctx))
	})
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case result := <-rendered:
		if result.Err != nil {
			return nil, result.Err
		}
		data := result.Val.([]byte)
		return &File{memory{bytes.NewReader(data)}, int64(len(data)), v.cache.now()}, nil
	}
}

// memory is the content of a File that is not read from the store.
type memory struct{ *bytes.Reader }

// Close implements io.Closer.
func (memory) Close() error { return nil }

// make renders a variant and stores it. If it cannot be stored, for example on a
// full disk, make returns it all the same, and the next request renders it again.
func (v *Variants) make(ctx context.Context, key string, width int, format Format) (data []byte, err error) {
	// It runs in its own goroutine, where a decoder's panic would end the program and
	// not just one request.
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("picture %s: the decoder failed: %v", key, p)
		}
	}()
	// An earlier call may have stored it since the caller looked.
	if f, err := v.cache.open(ctx, variantKey(key, width, format)); err == nil {
		defer f.Close()
		return io.ReadAll(f)
	}
	// An unknown key is refused at once, without waiting for a worker.
	f, err := v.store.Open(ctx, OriginalKey(key))
	if err != nil {
		return nil, err
	}
	if err := f.Close(); err != nil {
		return nil, err
	}
	v.workers <- struct{}{}
	defer func() { <-v.workers }()
	m, err := v.master(ctx, key)
	if err != nil {
		return nil, fmt.Errorf("picture %s: %w", key, err)
	}
	var out bytes.Buffer
	if err := m.write(&out, width, format); err != nil {
		return nil, fmt.Errorf("picture %s: %w", key, err)
	}
	if err := v.cache.keep(ctx, variantKey(key, width, format), out.Bytes()); err != nil {
		slog.WarnContext(ctx, "cannot store a picture's variant", "picture", key, "width", width, "error", err)
	}
	return out.Bytes(), nil
}

// master returns the picture from which the widths of a file are made. Callers at the same
// time wait for one decoder, and callers soon after find its result.
func (v *Variants) master(ctx context.Context, key string) (*master, error) {
	if m := v.recent.get(key); m != nil {
		return m, nil
	}
	decoded, err, _ := v.calls.Do("master "+key, func() (_ any, err error) {
		defer func() {
			if p := recover(); p != nil {
				err = fmt.Errorf("the decoder failed: %v", p)
			}
		}()
		original, err := v.original(ctx, key)
		if err != nil {
			return nil, err
		}
		head, err := readHeader(original)
		if err != nil {
			return nil, err
		}
		if err := v.memory.Acquire(ctx, head.memory); err != nil {
			return nil, err
		}
		defer v.memory.Release(head.memory)
		m, err := head.newMaster(original)
		if err != nil {
			return nil, err
		}
		v.recent.put(key, m)
		return m, nil
	})
	if err != nil {
		return nil, err
	}
	return decoded.(*master), nil
}

func (v *Variants) original(ctx context.Context, key string) ([]byte, error) {
	f, err := v.store.Open(ctx, OriginalKey(key))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return readAtMost(f, MaxPictureBytes)
}
