package newsroom

// IndexRelated lets tests outside the package build corpora row by row.
var IndexRelated = indexRelated

// RelatedStatement is the statement behind Related.
func RelatedStatement(site *Site, q RelatedQuery) (string, []any) {
	return newRelatedSearch(site, q).statement()
}
