package models

import (
	"crypto/hmac"
	"crypto/sha256"
)

// signatureBytes is the length of a signature of [Signer]. RFC 2104, section 5,
// allows an HMAC to be cut to half of its length.
const signatureBytes = 16

// Signer signs texts for one purpose with HMAC-SHA-256, cut to 128 bits. It
// signs with the present session key, and accepts signatures of the older keys.
type Signer struct {
	keys   [][]byte
	encode func([]byte) string
}

// Signer returns the signer for a purpose. encode writes the signature's bytes
// as text, for example in hexadecimal.
func (k *Keyring) Signer(purpose string, encode func([]byte) string) *Signer {
	return &Signer{k.Derive(purpose), encode}
}

// Sign returns the signature of a text. It returns "" if the keyring has no key.
func (s *Signer) Sign(text string) string {
	if len(s.keys) == 0 {
		return ""
	}
	return s.signWith(s.keys[0], text)
}

// Verify reports whether one of the keys has signed the text. It compares in
// constant time.
func (s *Signer) Verify(text, signature string) bool {
	for _, key := range s.keys {
		if hmac.Equal([]byte(s.signWith(key, text)), []byte(signature)) {
			return true
		}
	}
	return false
}

func (s *Signer) signWith(key []byte, text string) string {
	return s.encode(hmacSHA256(key, text)[:signatureBytes])
}

func hmacSHA256(key []byte, text string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(text))
	return mac.Sum(nil)
}
