package collection

import "broadsheet/models"

// MaxReach is how many entries a combination of conditions looks through. Plain
// lists of articles have no such bound.
const MaxReach = 10_000

// Page is a part of a collection.
type Page struct {
	IDs   []int64 // in order
	Total int     // entries in the whole collection, at most MaxReach unless it is a plain list
	// DependsOn are the cache tags that touch the choice and the order of the
	// entries. The entries have tags of their own.
	DependsOn []models.CacheTag
}

// cut returns a part of a list of ids.
func cut(ids []int64, offset, limit int) []int64 {
	ids = ids[min(offset, len(ids)):]
	return ids[:min(limit, len(ids))]
}
