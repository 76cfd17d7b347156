package newsroom

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
}
