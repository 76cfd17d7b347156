package models_test

import (
	"bytes"
	"encoding/hex"
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

// TestDerivedKeysEqualThoseOfTheFirstVersion compares keys with those of the first version: all
// cookies and mailed links of a running site depend on them.
func TestDerivedKeysEqualThoseOfTheFirstVersion(t *testing.T) {
	t.Parallel()
	keys := models.NewKeyring(secretOf('a'))
	for purpose, want := range map[string]string{
		"replier cookie signature": "f98071b423369ab5b111bce61835cdde8d10587853ce2ae05792ac2f0af5a234",
		"desk cookie encryption":   "3e1c60e8977ccf13602a284af608a05c882c4ca9969eeca10831e156bd252caf",
		"mailed links":             "fdc2ea4835ca3159947b7156f159be38ed90d51a3dc210f8bb3ccbb09824908e",
	} {
		if got := hex.EncodeToString(keys.Derive(purpose)[0]); got != want {
			t.Errorf("the key for %q is now %s", purpose, got)
		}
	}
}

func TestASignerAcceptsSignaturesOfOlderKeys(t *testing.T) {
	t.Parallel()
	signer := func(purpose string, keys *models.Keyring) *models.Signer {
		return keys.Signer(purpose, hex.EncodeToString)
	}
	before := signer("test", models.NewKeyring(secretOf('a'))).Sign("text")
	after := models.NewKeyring(secretOf('b'), secretOf('a'))
	if len(before) != 32 || !signer("test", after).Verify("text", before) {
		t.Errorf("%q is not accepted", before)
	}
	if signer("another", after).Verify("text", before) || signer("test", after).Verify("other text", before) {
		t.Error("a signature of another purpose or text is accepted")
	}
	if signer("test", after).Sign("text") == before {
		t.Error("the old key still signs")
	}
	if none := signer("test", nil); none.Sign("text") != "" || none.Verify("text", "") {
		t.Error("a signer without a key signs or accepts")
	}
}
