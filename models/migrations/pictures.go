package migrations

import (
	"fmt"
	"net/url"
	"path"
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"gorm.io/gorm"
)

// Step 0022 lists the pictures that each stored body refers to. The functions
// are a frozen copy of richtext.Pictures of that time; a later rule needs a step
// of its own.

// bodyBatch is the number of bodies that one statement reads. A body may have
// 10 MB.
const bodyBatch = 20

// ListPictures fills article_pictures from the bodies of all articles. Running
// it again changes nothing.
func ListPictures(tx *gorm.DB) error {
	for after, more := int64(0), true; more; {
		var list []struct {
			ArticleID int64
			HTML      string `gorm:"column:html"`
		}
		err := tx.Raw("SELECT article_id, html FROM article_bodies WHERE article_id > ? ORDER BY article_id LIMIT ?",
			after, bodyBatch).Scan(&list).Error
		if err != nil {
			return err
		}
		for _, body := range list {
			for _, key := range picturesOf(body.HTML) {
				err := tx.Exec("INSERT INTO article_pictures (article_id, picture_key) VALUES (?, ?) ON CONFLICT DO NOTHING",
					body.ArticleID, key).Error
				if err != nil {
					return fmt.Errorf("the pictures of article %d: %w", body.ArticleID, err)
				}
			}
			after = body.ArticleID
		}
		more = len(list) == bodyBatch
	}
	return nil
}

// picturesOf returns the key of each picture address in src and href attributes.
func picturesOf(body string) (keys []string) {
	if !strings.Contains(body, "<img") && !strings.Contains(body, "<a ") {
		return nil
	}
	z := html.NewTokenizer(strings.NewReader(body))
	for kind := z.Next(); kind != html.ErrorToken; kind = z.Next() {
		if kind != html.StartTagToken && kind != html.SelfClosingTagToken {
			continue
		}
		for _, a := range z.Token().Attr {
			if a.Key != "src" && a.Key != "href" {
				continue
			}
			if key := keyIn(a.Val); key != "" {
				keys = append(keys, key)
			}
		}
	}
	return keys
}

var validKey = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,100}$`)

// keyIn returns the key in the address /media/KEY/FILE, "" for another address.
func keyIn(address string) string {
	u, err := url.Parse(strings.NewReplacer(`\`, "/", "\t", "", "\n", "", "\r", "").Replace(strings.TrimSpace(address)))
	if err != nil {
		return ""
	}
	parts := strings.Split(path.Clean("/"+u.Path), "/")
	for i := range len(parts) - 2 {
		if strings.EqualFold(parts[i], "media") && validKey.MatchString(parts[i+1]) {
			return parts[i+1]
		}
	}
	return ""
}
