package handlers

// The pages on which editors look after categories, tags, authors and redirects.
func (tk *termkeeping) routes() []Route {
	done := []string{"done", "change", "kept"}
	merge := []string{"from", "into"}
	list := []string{"s", "order", "after", "done", "change"}
	return []Route{
		{Method: get, Path: termLogPath, Name: "changes of terms", Entry: editors, Cache: Never, Params: []string{"after", "done"}, handle: tk.showTermLog},
		{Method: get, Path: categoryDeskPath, Name: "categories at the desk", Entry: editors, Cache: Never, Params: done, handle: tk.showCategories},
		{Method: post, Path: categoryDeskPath, Name: "add category", Entry: editors, MaxBody: maxTermForm, Rate: deskRate, handle: tk.postCategory},
		{Method: get, Path: categoryDeskPath + "/new", Name: "new category", Entry: editors, Cache: Never, handle: tk.newCategory},
		{Method: get, Path: categoryDeskPath + "/merge", Name: "merge of categories", Entry: editors, Cache: Never, Params: merge, handle: tk.showCategoryMerge},
		{Method: post, Path: categoryDeskPath + "/merge", Name: "merge categories", Entry: editors, Rate: deskRate, handle: tk.postCategoryMerge},
		{Method: get, Path: categoryDeskPath + "/:id", Name: "category at the desk", Entry: editors, Cache: Never, Params: done, handle: tk.showCategory},
		{Method: post, Path: categoryDeskPath + "/:id", Name: "change category", Entry: editors, MaxBody: maxTermForm, Rate: deskRate, handle: tk.postCategory},
		{Method: get, Path: categoryDeskPath + "/:id/remove", Name: "removal of a category", Entry: editors, Cache: Never, handle: tk.showCategoryRemoval},
		{Method: post, Path: categoryDeskPath + "/:id/remove", Name: "remove category", Entry: editors, Rate: deskRate, handle: tk.postCategoryRemoval},

		{Method: get, Path: tagDeskPath, Name: "tags at the desk", Entry: editors, Cache: Never, Params: list, handle: tk.showTags},
		{Method: get, Path: tagDeskPath + "/find", Name: "find tags", Entry: authoring, Cache: Never, Params: []string{"s"}, handle: tk.findTags},
		{Method: get, Path: tagDeskPath + "/merge", Name: "merge of tags", Entry: editors, Cache: Never, Params: merge, handle: tk.showTagMerge},
		{Method: post, Path: tagDeskPath + "/merge", Name: "merge tags", Entry: editors, Rate: deskRate, handle: tk.postTagMerge},
		{Method: post, Path: tagDeskPath + "/apart", Name: "keep tags apart", Entry: editors, Rate: deskRate, handle: tk.postTagsApart},
		{Method: get, Path: tagDeskPath + "/:id", Name: "tag at the desk", Entry: editors, Cache: Never, Params: done, handle: tk.showTag},
		{Method: post, Path: tagDeskPath + "/:id", Name: "change tag", Entry: editors, MaxBody: maxTermForm, Rate: deskRate, handle: tk.postTag},

		{Method: get, Path: authorDeskPath, Name: "authors at the desk", Entry: editors, Cache: Never, Params: list, handle: tk.showAuthors},
		{Method: post, Path: authorDeskPath, Name: "add author", Entry: editors, MaxBody: maxTermForm, Rate: deskRate, handle: tk.postAuthor},
		{Method: get, Path: authorDeskPath + "/new", Name: "new author", Entry: editors, Cache: Never, handle: tk.newAuthor},
		{Method: get, Path: authorDeskPath + "/find", Name: "find authors", Entry: authoring, Cache: Never, Params: []string{"s"}, handle: tk.findAuthors},
		{Method: get, Path: authorDeskPath + "/merge", Name: "merge of authors", Entry: editors, Cache: Never, Params: merge, handle: tk.showAuthorMerge},
		{Method: post, Path: authorDeskPath + "/merge", Name: "merge authors", Entry: editors, Rate: deskRate, handle: tk.postAuthorMerge},
		{Method: post, Path: authorDeskPath + "/apart", Name: "keep authors apart", Entry: editors, Rate: deskRate, handle: tk.postAuthorsApart},
		{Method: get, Path: authorDeskPath + "/:id", Name: "author at the desk", Entry: editors, Cache: Never, Params: done, handle: tk.showAuthor},
		{Method: post, Path: authorDeskPath + "/:id", Name: "change author", Entry: editors, MaxBody: maxTermForm, Rate: deskRate, handle: tk.postAuthor},

		{Method: get, Path: redirectDeskPath, Name: "redirects", Entry: editors, Cache: Never, Params: []string{"s", "after", "done"}, handle: tk.showRedirects},
		{Method: post, Path: redirectDeskPath, Name: "change redirects", Entry: editors, MaxBody: maxTermForm, Rate: deskRate, handle: tk.postRedirects},
		{Method: post, Path: redirectDeskPath + "/import", Name: "import redirects", Entry: editors, MaxBody: maxRedirectForm, Rate: deskRate, Form: formUnread, handle: tk.postRedirectFile},
	}
}
