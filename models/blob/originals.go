package blob

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"
)

// originalsFolder holds the originals.
const originalsFolder = "originals"

// Original is an original of the store.
type Original struct {
	Key      string
	Modified time.Time // when it was stored or marked last
}

// Originals lists all originals in any order.
func (v *Variants) Originals(ctx context.Context) ([]Original, error) {
	list, err := v.store.List(ctx, originalsFolder)
	originals := make([]Original, len(list))
	for i, e := range list {
		originals[i] = Original{strings.TrimPrefix(e.Key, originalsFolder+"/"), e.Modified}
	}
	return originals, err
}

// Mark sets the time of an original to now. A cleaner leaves it alone from then on for as
// long as it leaves new ones. The error is fs.ErrNotExist if there is no such original.
func (v *Variants) Mark(ctx context.Context, key string) error {
	return v.store.Touch(ctx, OriginalKey(key), v.cache.now())
}

// DeleteUnused deletes an original and all that was made of it, unless it was marked
// meanwhile. A missing one is no error.
func (v *Variants) DeleteUnused(ctx context.Context, key string, before time.Time) error {
	f, err := v.store.Open(ctx, OriginalKey(key))
	if errors.Is(err, fs.ErrNotExist) {
		return nil // another instance has deleted it
	}
	if err != nil {
		return err
	}
	modified := f.Modified
	if err := f.Close(); err != nil || !modified.Before(before) {
		return err
	}
	if err := v.store.Delete(ctx, OriginalKey(key)); err != nil {
		return err
	}
	v.recent.forget(key)
	for _, width := range Widths {
		for _, format := range []Format{Classic, WebP} {
			if err := v.store.Delete(ctx, variantKey(key, width, format)); err != nil {
				return err
			}
		}
	}
	return v.store.Delete(ctx, movingKey(key))
}

func movingKey(key string) string {
	return fmt.Sprintf("%s/%d/%s-moving.gif", variantsFolder, rendering, key)
}
