package translations

import (
	"hash/fnv"
	"strings"

	"broadsheet/models"
	"broadsheet/models/richtext"

	"golang.org/x/text/unicode/norm"
)

// tags is the prefix of the cache tags of groups.
const tags models.CacheTag = "translations:"

// Tag returns the cache tag of the keys of a group: it is touched when an article comes
// into the group or leaves it. A key can have any characters and a cache tag cannot, so
// the tag has a hash of the key; two groups with one hash only drop more pages.
func Tag(key string) models.CacheTag {
	h := fnv.New64a()
	h.Write([]byte(key))
	return tags.Of(int64(h.Sum64() >> 1)) //nolint:gosec // 63 bits
}

// Cleaned returns a key as it is stored: one line in Unicode's form NFC, "" for nil.
func Cleaned(key *string) string {
	if key == nil {
		return ""
	}
	return norm.NFC.String(richtext.PlainLine(strings.ReplaceAll(*key, "\x00", "")))
}

// Move returns the key that an article has after a save: the cleaned wanted key, or the
// stored one if wanted is nil. It touches the groups that the article leaves and joins.
func Move(tx *models.Tx, stored string, wanted *string) string {
	if wanted == nil {
		return stored
	}
	key := Cleaned(wanted)
	for _, group := range []string{stored, key} {
		if group != "" && key != stored {
			tx.Touch(Tag(group))
		}
	}
	return key
}
