package views

import "broadsheet/views/edit"

// The pages of the editors' desk. Package edit has what they show.
type (
	// EditStories is the list of articles.
	EditStories struct {
		Page
		List edit.List
	}
	// EditStory is the form of an article.
	EditStory struct {
		Page
		Story edit.Story
	}
)
