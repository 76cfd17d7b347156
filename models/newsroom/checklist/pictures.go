package checklist

import (
	"cmp"
	"strings"
	"time"

	"broadsheet/models/newsroom/pictures"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/richtext"
)

// LeadPicture is the name of the lead picture in [Item].What.
const LeadPicture = "picture"

// picture is a picture of the text.
type picture struct {
	*pictures.Picture
	name string // shown to editors
	alt  string // alternative text in this text
}

// loadPictures reads the lead picture and the library's pictures in the body.
func (c *checking) loadPictures() error {
	shown := richtext.ShownPictures(c.body.HTML)
	var keys []string
	for _, image := range shown {
		keys = append(keys, pictures.KeyOf(image.File))
	}
	var rows []*pictures.Picture
	if err := c.r.Query(c.ctx).Where("key IN ? OR id = ?", append(keys, ""), c.Text.PictureID).Find(&rows).Error; err != nil {
		return err
	}
	byKey := map[string]*pictures.Picture{}
	for _, row := range rows {
		byKey[row.Key] = row
		if c.Text.PictureID != nil && row.ID == *c.Text.PictureID {
			c.pictures = append(c.pictures, picture{row, LeadPicture, row.Alt})
		}
	}
	for i, image := range shown {
		if row := byKey[keys[i]]; row != nil {
			name := cmp.Or(row.Filename, row.Caption, row.Key)
			c.pictures = append(c.pictures, picture{row, name, strings.TrimSpace(image.Alt)})
		}
	}
	return nil
}

// checkPictures adds the lines about pictures, if the text has any. Alternative text is required
// for pictures that an account has uploaded, and recommended for imported ones.
func (c *checking) checkPictures() {
	var alt, credit, licence Item
	today := c.Now.In(c.Site.TimeZone).Format(time.DateOnly) // the format of LicenceEnd
	for _, p := range c.pictures {
		if p.alt == "" && p.Alt == "" && !p.Decorative {
			alt.What = append(alt.What, p.name)
			alt.Required = alt.Required || p.OwnerID != nil
		}
		if strings.TrimSpace(p.Credit) == "" {
			credit.What = append(credit.What, p.name)
		}
		if p.LicenceEnd != "" && p.LicenceEnd <= today {
			licence.What = append(licence.What, p.name)
		}
	}
	if len(c.pictures) == 0 {
		return
	}
	c.add(taxonomy.CheckAlt, len(alt.What) == 0, alt)
	c.add(taxonomy.CheckCredit, len(credit.What) == 0, credit)
	c.add(Licence, len(licence.What) == 0, licence)
}
