package library

import (
	"context"

	"broadsheet/models"
	"broadsheet/models/newsroom/pictures"
	"broadsheet/models/settings"
)

// Licence is a picture whose licence ends, with the articles that show it.
type Licence struct {
	pictures.Picture
	Uses []Use
}

// Licences returns at most most pictures whose licence ends on the day until or earlier, the
// earliest end first, with the articles that use them. until has the form 2027-01-14. It
// leaves out pictures that no article uses.
func Licences(ctx context.Context, r models.Queryer, until string, most int) (list []Licence, err error) {
	var found []pictures.Picture
	err = r.Query(ctx).Where("licence_end <> '' AND licence_end <= ? AND removed_at IS NULL", until).
		Where("EXISTS (SELECT 1 FROM articles WHERE picture_id = media.id)" +
			" OR EXISTS (SELECT 1 FROM article_pictures WHERE picture_key = media.key)").
		Order("licence_end, id").Limit(most).Find(&found).Error
	for i := 0; err == nil && i < len(found); i++ {
		l := Licence{Picture: found[i]}
		l.Uses, err = usesOf(ctx, r, &found[i])
		list = append(list, l)
	}
	return list, err
}

// KeepLicences hides each picture with an ended licence, and shows it again after the licence
// was extended. The date is that of the site's zone. Every instance calls KeepLicences once
// a second; it writes only if a picture changes.
func KeepLicences(ctx context.Context, db *models.DB) error {
	site, err := settings.Load(ctx, db)
	if err != nil {
		return err
	}
	day := today(db.Now(), site.TimeZone)
	const differs = "licence_end <> '' AND removed_at IS NULL AND hidden <> (licence_end <= ?)"
	var due bool
	if _, err := models.QueryRow(ctx, db, []any{&due}, "SELECT EXISTS (SELECT 1 FROM media WHERE "+differs+")", day); err != nil || !due {
		return err
	}
	return db.Write(ctx, func(tx *models.Tx) error {
		var list []pictures.Picture
		if err := tx.Lock(ctx).Where(differs, day).Find(&list).Error; err != nil {
			return err
		}
		for i := range list {
			m := &list[i]
			verb := "shown"
			if hasEnded(m.LicenceEnd, day) {
				verb = "hidden"
			}
			if err := save(ctx, tx, models.ActorSchedule, m, verb, auditText(m)); err != nil {
				return err
			}
		}
		return nil
	})
}
