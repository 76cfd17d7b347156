package discussion

// Rows is a value of every row type of the package.
var Rows = []any{Comment{}, logEntry{}, spamFeature{}, threadBlock{}, version{}, recommendation{}, report{}, Follow{}, followNews{}, undoRow{}, mark{}}
