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
