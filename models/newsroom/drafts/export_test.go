package drafts

// RowTypes are the types of this package's tables.
var RowTypes = []any{row{}, tabSave{}}
