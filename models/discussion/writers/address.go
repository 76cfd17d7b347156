package writers

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"

	"broadsheet/models"
	"broadsheet/models/discussion/writernotes"
)

// The address of a writer's page must tell nothing to those who read a log or look
// over a shoulder, and must lead to the writer without a search. So the value is
// encrypted with a key that is derived from the session key. The nonce is derived
// from the value, so that a writer has one address. Only equal values have equal
// nonces, so no nonce serves two texts.

const (
	sealPurpose  = "addresses of writers"
	noncePurpose = "nonces of addresses of writers"
)

// Address returns the last part of the address of the writer's page.
func (w Writer) Address(keys *models.Keyring) (string, error) {
	if w.Kind == writernotes.Account {
		return string(w.Kind) + "-" + w.Value, nil
	}
	seals, nonces := keys.Derive(sealPurpose), keys.Derive(noncePurpose)
	if len(seals) == 0 {
		return "", models.Errorf(models.Unavailable, "addresses of writers need a session key")
	}
	aead, err := newAEAD(seals[0])
	if err != nil {
		return "", err
	}
	nonce := nonceOf(nonces[0], w)
	return string(w.Kind) + "-" + hex.EncodeToString(aead.Seal(nonce, nonce, []byte(w.Value), []byte(w.Kind))), nil
}

// Parse reads the last part of an address. ok is false for an address that no key of
// the ring has made.
func Parse(keys *models.Keyring, address string) (w Writer, ok bool) {
	kind, rest, _ := strings.Cut(address, "-")
	w.Kind = writernotes.Kind(kind)
	if w.Kind == writernotes.Account {
		id, err := strconv.ParseInt(rest, 10, 64)
		w.Value = strconv.FormatInt(id, 10)
		return w, err == nil && id > 0 && w.Value == rest
	}
	data, err := hex.DecodeString(rest)
	if err != nil || rest != strings.ToLower(rest) {
		return w, false
	}
	for _, key := range keys.Derive(sealPurpose) {
		aead, err := newAEAD(key)
		if err != nil || len(data) < aead.NonceSize() {
			return w, false
		}
		plain, err := aead.Open(nil, data[:aead.NonceSize()], data[aead.NonceSize():], []byte(kind))
		if err == nil {
			w.Value = string(plain)
			return w, true
		}
	}
	return w, false
}

func nonceOf(key []byte, w Writer) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(string(w.Kind) + " " + w.Value))
	return mac.Sum(nil)[:12]
}

func newAEAD(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}
