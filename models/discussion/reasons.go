package discussion

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
)

// Value implements driver.Valuer.
func (r Reasons) Value() (driver.Value, error) {
	if len(r) == 0 {
		return "[]", nil
	}
	data, err := json.Marshal([]Reason(r))
	return string(data), err
}

// Scan implements sql.Scanner.
func (r *Reasons) Scan(src any) error {
	var data []byte
	switch v := src.(type) {
	case nil:
	case string:
		data = []byte(v)
	case []byte:
		data = v
	default:
		return fmt.Errorf("reasons column holds %T", src)
	}
	*r = nil
	if len(data) == 0 {
		return nil
	}
	return json.Unmarshal(data, (*[]Reason)(r))
}

// Score returns the points of the spam score. ok is false if the score was off
// or found nothing.
func (r Reasons) Score() (points float64, ok bool) {
	for _, reason := range r {
		if reason.Rule == SpamScoreRule {
			return reason.Weight, true
		}
	}
	return 0, false
}
