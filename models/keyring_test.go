package models_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"broadsheet/models"
)

func secretOf(letter byte) []byte { return bytes.Repeat([]byte{letter}, models.MinSecretBytes) }

func TestAKeyringOpensSecretsOfOlderKeys(t *testing.T) {
	t.Parallel()
	before, after, other := models.NewKeyring(secretOf('a')), models.NewKeyring(secretOf('b'), secretOf('a')), models.NewKeyring(secretOf('c'))
	sealed, err := before.Seal("test", "row 1", "the secret")
	if err != nil || strings.Contains(sealed, "secret") {
		t.Fatal(sealed, err)
	}
	for what, c := range map[string]struct {
		keys           *models.Keyring
		purpose, place string
		opens, fresh   bool
	}{
		"the same key":              {before, "test", "row 1", true, true},
		"a newer key":               {after, "test", "row 1", true, false},
		"another site's key":        {other, "test", "row 1", false, false},
		"no key":                    {nil, "test", "row 1", false, false},
		"for another purpose":       {before, "another", "row 1", false, false},
		"copied into another place": {before, "test", "row 2", false, false},
	} {
		text, fresh, err := c.keys.Unseal(c.purpose, c.place, sealed)
		if c.opens != (err == nil && text == "the secret") || fresh != c.fresh || !c.opens && !errors.Is(err, models.ErrSealed) {
			t.Errorf("%s: %q, %v, %v", what, text, fresh, err)
		}
	}
	for what, broken := range map[string]string{"short": "sealed:1:AAAA", "no base64": "sealed:1:???", "changed": sealed[:len(sealed)-2] + "AA"} {
		if text, _, err := before.Unseal("test", "row 1", broken); !errors.Is(err, models.ErrSealed) {
			t.Errorf("%s: %q, %v", what, text, err)
		}
	}
	if text, fresh, err := before.Unseal("test", "row 1", "plain, from before"); text != "plain, from before" || fresh || err != nil {
		t.Errorf("plain: %q, %v, %v", text, fresh, err)
	}
	mac := before.Sign("test", "text")
	if !after.Signed("test", "text", mac) || other.Signed("test", "text", mac) || after.Signed("another", "text", mac) || after.Signed("test", "other text", mac) {
		t.Error("a signature is not read by the right keys alone")
	}
	if mac == after.Sign("test", "text") {
		t.Error("the present key signs nothing")
	}
	if (*models.Keyring)(nil).Signed("test", "text", "") {
		t.Error("no key takes an empty signature")
	}
}
