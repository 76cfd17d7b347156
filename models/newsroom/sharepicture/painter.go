package sharepicture

import (
	"context"
	"errors"
	"image"
	_ "image/jpeg" // registers the decoder
	_ "image/png"  // registers the decoder
	"io/fs"
	"log/slog"
	"strings"

	"broadsheet/models/blob"
	"broadsheet/models/sharecard"
)

// maxDrawn is how many pictures are drawn at once.
const maxDrawn = 1

// leadWidth is the variant of the lead picture that fills a card, in pixels.
const leadWidth = 1280

// Painter draws the pictures of articles.
type Painter struct {
	variants *blob.Variants
	turns    chan struct{}
}

// NewPainter returns a Painter that keeps its pictures among the variants.
func NewPainter(variants *blob.Variants) *Painter {
	return &Painter{variants: variants, turns: make(chan struct{}, maxDrawn)}
}

// Open returns an article's picture, a JPEG. The first caller draws it, which takes a
// tenth of a second; concurrent callers wait for it.
func (pt *Painter) Open(ctx context.Context, p *Picture) (*blob.File, error) {
	return pt.variants.OpenDerived(ctx, strings.TrimSuffix("share-"+p.File(), ".jpg"), func(ctx context.Context) ([]byte, error) {
		pt.turns <- struct{}{}
		defer func() { <-pt.turns }()
		card := p.card
		if p.lead != "" {
			lead, err := pt.lead(ctx, p.lead)
			if err != nil {
				slog.WarnContext(ctx, "a share picture is drawn without the lead picture", "article", p.Article, "error", err)
			}
			card.Picture = lead
		}
		return sharecard.Draw(card)
	})
}

// lead returns the lead picture, nil if the store does not have it.
func (pt *Painter) lead(ctx context.Context, key string) (image.Image, error) {
	f, err := pt.variants.OpenAs(ctx, key, leadWidth, blob.Classic)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	m, _, err := image.Decode(f)
	return m, err
}
