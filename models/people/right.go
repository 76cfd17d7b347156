package people

import "slices"

// Right is something that not every account may do. What belongs to oneself,
// one's sign-in and one's sessions, needs none.
type Right string

// The rights of those who write. WordPress's names stand beside them.
const (
	// Writing is making drafts of one's own and changing them while nobody
	// has published them (edit_posts).
	Writing Right = "write drafts"
	// Publishing is publishing one's own stories and changing them afterwards
	// (publish_posts, edit_published_posts).
	Publishing Right = "publish own stories"
	// Uploading is adding pictures and files (upload_files).
	Uploading Right = "upload"
	// ModeratingOwn is changing and deciding comments under stories that one may
	// change oneself (edit_comment through edit_post).
	ModeratingOwn Right = "look after comments on own stories"
)

// The rights of those who answer for what others wrote.
const (
	// Editing is changing, publishing and withdrawing everybody's stories
	// (edit_others_posts, edit_private_posts, delete_others_posts).
	Editing Right = "edit all stories"
	// RawHTML is writing HTML that is not cut down to what is harmless
	// (unfiltered_html).
	RawHTML Right = "raw HTML"
	// ManagingCategories is making, merging and removing sections and tags
	// (manage_categories).
	ManagingCategories Right = "sections and tags"
	// Moderating is deciding comments, and seeing where they came from
	// (moderate_comments). A moderator may be limited to sections; see
	// [ActiveCategoryLimit].
	Moderating Right = "moderate"
	// ChangingRules is changing the rules by which comments are judged.
	ChangingRules Right = "change the rules"
	// Auditing is reading the whole log of decisions.
	Auditing Right = "read the log"
)

// The rights of those who run the site.
const (
	// Managing is making accounts and giving roles (create_users,
	// promote_users, delete_users).
	Managing Right = "manage people"
	// Setting is changing the site's settings (manage_options).
	Setting Right = "settings"
	// ImportingAndExporting is importing and exporting everything (import, export).
	ImportingAndExporting Right = "import and export"
)

// Rights lists the rights.
var Rights = []Right{
	Writing, Publishing, Uploading, ModeratingOwn, Editing, RawHTML, ManagingCategories, Moderating, ChangingRules, Auditing, Managing, Setting, ImportingAndExporting,
}

// rights says what each role may do, beside what is its own: its sign-in and
// its sessions.
var rights = map[Role][]Right{
	Contributor:   {Writing},
	AuthorRole:    {Writing, Publishing, Uploading, ModeratingOwn},
	Moderator:     {Moderating},
	Editor:        {Writing, Publishing, Uploading, ModeratingOwn, Editing, RawHTML, ManagingCategories, Moderating, ChangingRules, Auditing},
	Administrator: Rights,
}

// May reports whether a role has a right.
func (r Role) May(right Right) bool { return slices.Contains(rights[r], right) }
