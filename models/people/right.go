package people

import "slices"

// Right is a permission that only some roles have. Each account may manage its
// own sign-in and sessions; that needs no right.
type Right string

// The rights of authors, with WordPress's names in brackets.
const (
	// Writing is creating drafts of one's own and changing them before they
	// are published (edit_posts).
	Writing Right = "write drafts"
	// Publishing is publishing one's own articles and changing them afterwards
	// (publish_posts, edit_published_posts).
	Publishing Right = "publish own stories"
	// Uploading is adding pictures (upload_files). Contributors have it, unlike in
	// WordPress, because they illustrate their drafts themselves.
	Uploading Right = "upload"
	// ModeratingOwn is changing and deciding comments on articles that one may
	// change oneself (edit_comment through edit_post).
	ModeratingOwn Right = "look after comments on own stories"
)

// The rights of editors and moderators.
const (
	// Editing is changing, publishing and withdrawing all articles
	// (edit_others_posts, edit_private_posts, delete_others_posts).
	Editing Right = "edit all stories"
	// RawHTML is writing HTML that is not sanitised (unfiltered_html).
	RawHTML Right = "raw HTML"
	// ManagingCategories is making, merging and removing categories and tags
	// (manage_categories).
	ManagingCategories Right = "sections and tags"
	// Moderating is deciding comments and seeing their email and network
	// addresses (moderate_comments). A moderator may be limited to categories,
	// see [ActiveCategoryLimit].
	Moderating Right = "moderate"
	// ChangingRules is changing the rules by which comments are judged.
	ChangingRules Right = "change the rules"
	// Auditing is reading the whole decision log.
	Auditing Right = "read the log"
)

// The rights of administrators.
const (
	// Managing is creating accounts and giving roles (create_users,
	// promote_users, delete_users).
	Managing Right = "manage people"
	// Setting is changing the site's settings (manage_options).
	Setting Right = "settings"
	// ImportingAndExporting is importing and exporting the whole site (import,
	// export).
	ImportingAndExporting Right = "import and export"
)

// Rights lists the rights.
var Rights = []Right{
	Writing, Publishing, Uploading, ModeratingOwn,
	Editing, RawHTML, ManagingCategories, Moderating, ChangingRules, Auditing,
	Managing, Setting, ImportingAndExporting,
}

// rights lists the rights of each role.
var rights = map[Role][]Right{
	Contributor: {Writing, Uploading},
	AuthorRole:  {Writing, Publishing, Uploading, ModeratingOwn},
	Moderator:   {Moderating},
	Editor: {
		Writing, Publishing, Uploading, ModeratingOwn,
		Editing, RawHTML, ManagingCategories, Moderating, ChangingRules, Auditing,
	},
	Administrator: Rights,
}

// May reports whether a role has a right.
func (r Role) May(right Right) bool { return slices.Contains(rights[r], right) }

// includes reports whether a role has all rights of another.
func (r Role) includes(other Role) bool {
	return !slices.ContainsFunc(rights[other], func(right Right) bool { return !r.May(right) })
}
