package handlers

import (
	"slices"

	"broadsheet/handlers/restparams"
	"broadsheet/views/rest"
)

// The parameters of WordPress's REST interface, by endpoint. The reference is
// https://developer.wordpress.org/rest-api/reference/. Programs of the newsroom may send
// more values than visitors, see [restparams.Schema.ForStaff].

// restContexts are the contexts of an answer. Visitors are refused "edit".
var restContexts = []string{"view", "embed", "edit"}

// restEntry returns the parameters of an answer with entries of type T. embeds are the
// relations whose entries the answer can embed.
func restEntry[T any](embeds ...string) restparams.Schema {
	return restparams.Schema{
		{Name: "context", Kind: restparams.Choice, Choices: restContexts, Default: "view"},
		{Name: "_fields", Kind: restparams.Words, Known: rest.Names[T]()},
		{Name: "_embed", Kind: restparams.Words, Known: append(embeds, "1"), Bare: true},
		{Name: "_envelope", Kind: restparams.Bool, Default: "false", Bare: true},
	}
}

// restList returns the parameters of a collection: those of its entries, those that choose a
// part and an order, and further ones.
func restList(entry restparams.Schema, orders []string, order, direction string, own ...restparams.Param) restparams.Schema {
	return slices.Concat(entry, restparams.Schema{
		{Name: "page", Kind: restparams.Integer, Least: 1, Default: "1"},
		{Name: "per_page", Kind: restparams.Integer, Least: 1, Most: 100, Default: "10"},
		{Name: "offset", Kind: restparams.Integer},
		{Name: "search", Kind: restparams.Text},
		{Name: "include", Kind: restparams.Integers, Ordered: [2]string{"orderby", "include"}},
		{Name: "exclude", Kind: restparams.Integers},
		{Name: "order", Kind: restparams.Choice, Choices: []string{"asc", "desc"}, Default: direction},
		{Name: "orderby", Kind: restparams.Choice, Choices: orders, Default: order},
	}, own)
}

// restSlug is the parameter that chooses entries by slug.
var restSlug = restparams.Param{Name: "slug", Kind: restparams.Texts, Ordered: [2]string{"orderby", "include_slugs"}}

// restDates are the parameters that bound the date of entries.
var restDates = restparams.Schema{{Name: "after", Kind: restparams.Date}, {Name: "before", Kind: restparams.Date}}

// restStatus is the parameter that chooses entries by status. Visitors may send one status
// only.
func restStatus(seen string) restparams.Param {
	return restparams.Param{
		Name: "status", Kind: restparams.Choices, Choices: []string{seen}, Default: seen,
		Closed: []string{"future", "draft", "pending", "private", "trash", "auto-draft", "inherit", "any", "hold", "spam"},
	}
}

var postOrders = []string{"author", "date", "id", "include", "modified", "parent", "relevance", "slug", "include_slugs", "title"}

var (
	postSchema  = restEntry[rest.Post]("author", "replies", "wp:featuredmedia", "wp:term")
	postsSchema = restList(postSchema, postOrders, "date", "desc", slices.Concat(restDates, restparams.Schema{
		restSlug, restStatus("publish"),
		{Name: "modified_after", Kind: restparams.Date},
		{Name: "modified_before", Kind: restparams.Date},
		{Name: "author", Kind: restparams.Integers},
		{Name: "author_exclude", Kind: restparams.Integers},
		{Name: "tax_relation", Kind: restparams.Choice, Choices: []string{"AND", "OR"}},
		{Name: "categories", Kind: restparams.TermIDs},
		{Name: "categories_exclude", Kind: restparams.TermIDs},
		{Name: "tags", Kind: restparams.TermIDs},
		{Name: "tags_exclude", Kind: restparams.TermIDs},
		{Name: "sticky", Kind: restparams.Bool},
	})...)

	mediaSchema     = restEntry[rest.Media]("author")
	mediaListSchema = restList(
		mediaSchema, []string{"author", "date", "id", "include", "modified", "parent", "relevance", "slug", "include_slugs", "title"},
		"date", "desc", slices.Concat(restDates, restparams.Schema{
			restSlug, restStatus("inherit"),
			{Name: "parent", Kind: restparams.Integers},
			{Name: "parent_exclude", Kind: restparams.Integers},
			{Name: "media_type", Kind: restparams.Choice, Choices: []string{"image", "video", "text", "application", "audio"}},
			{Name: "mime_type", Kind: restparams.Text},
		})...)

	commentSchema  = restEntry[rest.Comment]("up", "in-reply-to")
	commentsSchema = restList(
		commentSchema, []string{"date", "date_gmt", "id", "include", "post", "parent", "type"}, "date_gmt", "desc",
		slices.Concat(restDates, restparams.Schema{
			{Name: "post", Kind: restparams.Integers},
			{Name: "parent", Kind: restparams.Integers},
			{Name: "parent_exclude", Kind: restparams.Integers},
			{Name: "author", Kind: restparams.Integers, Forbidden: true},
			{Name: "author_exclude", Kind: restparams.Integers, Forbidden: true},
			{Name: "author_email", Kind: restparams.Text, Forbidden: true},
			{Name: "status", Kind: restparams.Text, Default: "approve", Forbidden: true},
			{Name: "type", Kind: restparams.Text, Default: "comment", Forbidden: true},
		})...)

	termOrders = []string{"id", "include", "name", "slug", "include_slugs", "term_group", "description", "count"}

	termSchema       = restEntry[rest.Term]("up")
	categoriesSchema = restList(termSchema, termOrders, "name", "asc", restSlug,
		restparams.Param{Name: "hide_empty", Kind: restparams.Bool, Default: "false"},
		restparams.Param{Name: "parent", Kind: restparams.Integer, Least: 0},
		restparams.Param{Name: "post", Kind: restparams.Integer, Least: 1})
	tagsSchema = restList(termSchema, termOrders, "name", "asc", restSlug,
		restparams.Param{Name: "hide_empty", Kind: restparams.Bool, Default: "false"},
		restparams.Param{Name: "post", Kind: restparams.Integer, Least: 1})

	userSchema  = restEntry[rest.User]()
	usersSchema = restList(userSchema, []string{"id", "include", "name", "slug", "include_slugs"}, "name", "asc", restSlug,
		restparams.Param{Name: "roles", Kind: restparams.Texts, Forbidden: true},
		restparams.Param{Name: "capabilities", Kind: restparams.Texts, Forbidden: true},
		restparams.Param{Name: "who", Kind: restparams.Choice, Choices: []string{"authors"}})

	searchSchema = slices.Concat(restEntry[rest.SearchResult]("self"), restparams.Schema{
		{Name: "page", Kind: restparams.Integer, Least: 1, Default: "1"},
		{Name: "per_page", Kind: restparams.Integer, Least: 1, Most: 100, Default: "10"},
		{Name: "search", Kind: restparams.Text},
		{Name: "type", Kind: restparams.Choice, Choices: []string{"post", "term", "post-format"}, Default: "post"},
		{Name: "subtype", Kind: restparams.Choices, Choices: []string{"post", "page", "category", "post_tag", "any"}, Default: "any"},
		{Name: "include", Kind: restparams.Integers},
		{Name: "exclude", Kind: restparams.Integers},
	})
)
