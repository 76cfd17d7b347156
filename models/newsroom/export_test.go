package newsroom

// IndexRelated lets tests outside the package build corpora row by row.
var IndexRelated = indexRelated

// RelatedStatement is the statement behind Related.
func RelatedStatement(site *Site, q RelatedQuery) (string, []any) {
	return newRelatedSearch(site, q).statement()
}

// Rows is a value of every row type of the package.
var Rows = []any{
	Article{},
	ArticleBody{},
	Author{},
	Category{},
	Correction{},
	Media{},
	SpamMark{},
	Tag{},
	articleAuthor{},
	articleFile{},
	articleCategory{},
	articleLink{},
	articlePicture{},
	articleTag{},
	frontSlot{},
}
