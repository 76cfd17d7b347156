package newsroom

import (
	"time"

	"broadsheet/models"
)

// revisedAfter is the time after publication from which readers see that an article
// was changed. Until then an editor corrects slips.
const revisedAfter = 15 * time.Minute

// Instants returns when an article was published and last modified, in the site's zone and
// without fractions of a second. All pages, feeds and metadata take them from here, so that
// they agree. Modified is the last change of the text that comes at least 15 minutes after
// publication; without one it is the published instant. So it is never earlier.
func (s *Site) Instants(published, revised models.Time) (at, modified time.Time) {
	at = published.Time.In(s.TimeZone).Truncate(time.Second)
	if revised.Sub(published.Time) < revisedAfter {
		return at, at
	}
	return at, revised.Time.In(s.TimeZone).Truncate(time.Second)
}
