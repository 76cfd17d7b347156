package models

// RowTypes is a value of every row type of the package.
var RowTypes = []any{Change{}, settingRow{}, start{}, cursor{}, Lease{}, settingEntry{}}
