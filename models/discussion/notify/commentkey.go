package notify

import (
	"encoding/hex"
	"fmt"

	"broadsheet/models"
)

// CommentKeys makes and checks the keys that open a comment's own pages without a
// cookie. The commenter has the key in the address of the status page; a mail
// about the comment has that address, too.
type CommentKeys struct{ signer *models.Signer }

// CommentKeysOf derives the keys from the site's session keys.
func CommentKeysOf(keys *models.Keyring) *CommentKeys {
	return &CommentKeys{keys.Signer("own comment", hex.EncodeToString)}
}

// Make returns the key of a comment: a signature of its number and of the stored form
// of its browser's token.
func (k *CommentKeys) Make(id int64, tokenHash string) string {
	return k.signer.Sign(signedComment(id, tokenHash))
}

// Opens reports whether key is the key of a comment. A comment without a token,
// such as an imported one, has no key.
func (k *CommentKeys) Opens(key string, id int64, tokenHash string) bool {
	return tokenHash != "" && k.signer.Verify(signedComment(id, tokenHash), key)
}

func signedComment(id int64, tokenHash string) string { return fmt.Sprintf("%d %s", id, tokenHash) }
