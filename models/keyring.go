package models

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strings"
)

// MinSecretBytes is the shortest session key, in bytes.
const MinSecretBytes = 32

// Keyring holds the site's session key and its older keys. The first key makes new
// signatures and sealed texts; all keys can read them. The keys are not in the
// database, so a copy of the database alone cannot sign in to an account. A nil
// Keyring has no key.
type Keyring struct{ secrets [][]byte }

// NewKeyring returns a keyring of the current key and older ones.
func NewKeyring(current []byte, old ...[]byte) *Keyring {
	return &Keyring{append([][]byte{current}, old...)}
}

// Derive returns a 32-byte key for one purpose from each key, the current key's
// first.
func (k *Keyring) Derive(purpose string) [][]byte {
	if k == nil {
		return nil
	}
	keys := make([][]byte, len(k.secrets))
	for i, secret := range k.secrets {
		keys[i] = hmacSHA256(secret, purpose)
	}
	return keys
}

// Sign returns a hexadecimal HMAC-SHA-256 of a text for a purpose; "" without a
// key.
func (k *Keyring) Sign(purpose, text string) string {
	keys := k.Derive(purpose)
	if len(keys) == 0 {
		return ""
	}
	return signature(keys[0], text)
}

// Signed reports whether a signature was made by [Keyring.Sign] with one of the
// keys.
func (k *Keyring) Signed(purpose, text, mac string) bool {
	for _, key := range k.Derive(purpose) {
		if hmac.Equal([]byte(signature(key, text)), []byte(mac)) {
			return true
		}
	}
	return false
}

func signature(key []byte, text string) string {
	return hex.EncodeToString(hmacSHA256(key, text))
}

// sealedPrefix begins a sealed text. It has a colon, which the plain texts
// never have, so that Unseal can tell them apart.
const sealedPrefix = "sealed:1:"

// ErrSealed says that a text is sealed with a key that is not on the ring.
var ErrSealed = errors.New("sealed with another session key")

// Seal encrypts a text for a purpose with AES-256-GCM (NIST SP 800-38D). The result
// opens only for the same purpose and place, such as a row's id, so it cannot be
// copied to another row. Without a key it returns the text unchanged.
func (k *Keyring) Seal(purpose, place, text string) (string, error) {
	keys := k.Derive(purpose)
	if len(keys) == 0 {
		return text, nil
	}
	aead, err := newAEAD(keys[0])
	if err != nil {
		return "", err
	}
	nonce := make([]byte, aead.NonceSize())
	rand.Read(nonce)
	return sealedPrefix + base64.RawURLEncoding.EncodeToString(aead.Seal(nonce, nonce, []byte(text), []byte(place))), nil
}

// Unseal returns the sealed text. fresh is false if the text is not sealed with the
// current key and should be sealed again. It returns [ErrSealed] if no key opens
// the text.
func (k *Keyring) Unseal(purpose, place, sealed string) (text string, fresh bool, err error) {
	encoded, isSealed := strings.CutPrefix(sealed, sealedPrefix)
	if !isSealed {
		return sealed, k == nil || sealed == "", nil
	}
	data, err := base64.RawURLEncoding.DecodeString(encoded)
	if err != nil {
		return "", false, ErrSealed
	}
	for i, key := range k.Derive(purpose) {
		aead, err := newAEAD(key)
		if err != nil {
			return "", false, err
		}
		if len(data) < aead.NonceSize() {
			return "", false, ErrSealed
		}
		plain, err := aead.Open(nil, data[:aead.NonceSize()], data[aead.NonceSize():], []byte(place))
		if err == nil {
			return string(plain), i == 0, nil
		}
	}
	return "", false, ErrSealed
}

func newAEAD(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// UseKeys sets the keys that sign and seal some rows. Call it before several
// goroutines use the database.
func (db *DB) UseKeys(k *Keyring) { db.keys = k }

// Keys returns the database's keys, nil if it has none.
func (db *DB) Keys() *Keyring { return db.keys }
