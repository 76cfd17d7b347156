package newsroom

// Rows is a value of every row type of the package.
var Rows = []any{
	Article{},
	ArticleBody{},
	Correction{},
	Media{},
	SpamMark{},
	articleAuthor{},
	articleCategory{},
	articleLink{},
	articlePicture{},
	articleTag{},
	articleVersion{},
}
