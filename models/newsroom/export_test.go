package newsroom

// Rows is a value of every row type of the package.
var Rows = []any{
	Article{},
	ArticleBody{},
	Correction{},
	SpamMark{},
	articleAuthor{},
	articleCategory{},
	articleLink{},
	articleTag{},
	articleVersion{},
}
