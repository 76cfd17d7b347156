package modeltest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"testing"

	"github.com/go-webauthn/webauthn/protocol/webauthncbor"
)

// Flags of authenticator data (WebAuthn, 6.1).
const (
	UserPresent  = 1 << 0
	UserVerified = 1 << 2
	attested     = 1 << 6
)

// Authenticator creates and uses one passkey, like a telephone. It signs every
// request, also one that no browser would send.
type Authenticator struct {
	testing.TB
	Origin string // of the page, as a browser reports it
	Flags  byte   // the user flags that it claims
	Count  uint32 // signatures made
	ID     []byte // of the passkey
	Handle []byte // the user handle that the site sent
	Key    *ecdsa.PrivateKey
}

// NewAuthenticator returns an authenticator with a user that always consents.
func NewAuthenticator(t testing.TB, origin string) *Authenticator {
	t.Helper()
	a := &Authenticator{TB: t, Origin: origin, Flags: UserPresent | UserVerified, ID: []byte(rand.Text())}
	var err error
	a.Key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	a.check(err)
	return a
}

func (a *Authenticator) check(err error) {
	a.Helper()
	if err != nil {
		a.Fatal(err)
	}
}

// question holds the options that both ceremonies use.
type question struct {
	PublicKey struct {
		Challenge string `json:"challenge"`
		RPID      string `json:"rpId"`
		RP        struct {
			ID string `json:"id"`
		} `json:"rp"`
		User struct {
			ID string `json:"id"`
		} `json:"user"`
	} `json:"publicKey"`
}

func (a *Authenticator) read(options []byte) (q question) {
	a.Helper()
	a.check(json.Unmarshal(options, &q))
	return q
}

func encode(data []byte) string { return base64.RawURLEncoding.EncodeToString(data) }

// clientData returns the browser's client data for the page.
func (a *Authenticator) clientData(kind, challenge string) []byte {
	data, err := json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": a.Origin, "crossOrigin": false})
	a.check(err)
	return data
}

// data returns the beginning of the authenticator data.
func (a *Authenticator) data(rp string, flags byte) []byte {
	sum := sha256.Sum256([]byte(rp))
	return binary.BigEndian.AppendUint32(append(sum[:], flags), a.Count)
}

func (a *Authenticator) answer(response map[string]string) string {
	data, err := json.Marshal(map[string]any{
		"id": encode(a.ID), "rawId": encode(a.ID), "type": "public-key", "authenticatorAttachment": "platform",
		"clientExtensionResults": map[string]any{}, "response": response,
	})
	a.check(err)
	return string(data)
}

// Create answers the options for a new passkey.
func (a *Authenticator) Create(options []byte) string {
	a.Helper()
	q := a.read(options)
	var err error
	a.Handle, err = base64.RawURLEncoding.DecodeString(q.PublicKey.User.ID)
	a.check(err)
	point, err := a.Key.PublicKey.Bytes() // 4, x, y
	a.check(err)
	key, err := webauthncbor.Marshal(map[int]any{1: 2, 3: -7, -1: 1, -2: point[1:33], -3: point[33:]})
	a.check(err)
	auth := append(a.data(q.PublicKey.RP.ID, a.Flags|attested), make([]byte, 16)...)
	auth = append(binary.BigEndian.AppendUint16(auth, uint16(len(a.ID))), a.ID...)
	object, err := webauthncbor.Marshal(map[string]any{"fmt": "none", "attStmt": map[string]any{}, "authData": append(auth, key...)})
	a.check(err)
	return a.answer(map[string]string{
		"clientDataJSON": encode(a.clientData("webauthn.create", q.PublicKey.Challenge)), "attestationObject": encode(object),
	})
}

// Get answers the options for a sign-in.
func (a *Authenticator) Get(options []byte) string {
	a.Helper()
	q := a.read(options)
	a.Count++
	client, auth := a.clientData("webauthn.get", q.PublicKey.Challenge), a.data(q.PublicKey.RPID, a.Flags)
	sum := sha256.Sum256(client)
	signed := sha256.Sum256(append(append([]byte{}, auth...), sum[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, a.Key, signed[:])
	a.check(err)
	return a.answer(map[string]string{
		"clientDataJSON": encode(client), "authenticatorData": encode(auth), "signature": encode(signature),
		"userHandle": encode(a.Handle),
	})
}
