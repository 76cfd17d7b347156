package discussion_test

import (
	"fmt"
	"testing"

	"broadsheet/models"
	"broadsheet/models/discussion"
)

// What an old policy let through is gone once the new one has been through,
// from every comment, and the rest stays as it was.
func TestOldCommentsAreRenderedUnderTheNewPolicy(t *testing.T) {
	each(t, func(d *desk) {
		var rows []string
		for i := range 450 {
			rows = append(rows, row(fmt.Sprint(i+1), "", i))
		}
		a := d.bring(rows)
		err := d.db.Write(d.Context(), func(tx *models.Tx) error {
			return tx.Query(d.Context()).Exec("UPDATE comments SET html = '<p onclick=x>old</p>', policy = 0 WHERE id % 3 = 0").Error
		})
		if err != nil {
			d.Fatal(err)
		}
		for range 2 {
			if err := discussion.RenderAnew(d.Context(), d.db); err != nil {
				d.Fatal(err)
			}
			var old, all int
			d.db.Query(d.Context()).Raw("SELECT COUNT(*) FROM comments WHERE article_id = ?", a.ID).Scan(&all)
			err := d.db.Query(d.Context()).Raw("SELECT COUNT(*) FROM comments WHERE policy = 0 OR html LIKE '%onclick%' OR html = ''").Scan(&old).Error
			if err != nil || old != 0 || all != 450 {
				d.Errorf("%d of %d comments still have their old HTML (%v)", old, all, err)
			}
		}
	})
}
