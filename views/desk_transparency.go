package views

// Transparency is the yearly report about moderation.
type Transparency struct {
	Page
	Tables        []TransparencyTable
	CSVURL        string
	Before, After Link // the years beside it, Name "" for none
}

// TransparencyTable is one section of the report.
type TransparencyTable struct {
	Section string
	Title   string // key of a message
	Rows    []TransparencyRow
}

// TransparencyRow is one number of the report.
type TransparencyRow struct {
	Name   string // key of a message
	Ground string // in words, "" for all grounds
	Number int
	All    bool
}
