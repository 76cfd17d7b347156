// Package front chooses the articles of the front page.
//
// Where things are:
//
//	front.go   Load: the lead, the second rank, the latest list; pinned articles
//	blocks.go  the blocks of categories below them
//
// # Why a block takes a pinned article of any category
//
// Editors pin a story to a block because it belongs beside that section's stories on this
// day, for example a business story on a strike among those about the harbour. To add the
// category to the story would change its address, feeds and related stories. So a pin asks
// for no category, and the program fills the free places with stories of the category only.
package front
