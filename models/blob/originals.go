package blob

import (
	"bytes"
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

// putAttempts is how often put stores an original that a cleaner deletes at the same time.
// A cleaner deletes only old ones, so the second attempt succeeds.
const putAttempts = 3

// put stores an original, or finds it stored already, and marks it.
func (v *Variants) put(ctx context.Context, key string, data []byte) (err error) {
	for range putAttempts {
		if err = v.store.Put(ctx, OriginalKey(key), bytes.NewReader(data)); err == nil {
			err = v.Mark(ctx, key)
		}
		if !errors.Is(err, fs.ErrNotExist) {
			break
		}
	}
	return err
}

// DeleteUnused deletes an original and all that was made of it, unless it was stored or
// marked after a moment. A missing one is no error.
func (v *Variants) DeleteUnused(ctx context.Context, key string, before time.Time) error {
	if deleted, err := v.store.DeleteOld(ctx, OriginalKey(key), before); err != nil || !deleted {
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
