package views

import "broadsheet/views/edit"

// The pages of the editors' desk. Package edit has what they show.
type (
	// EditStories is the list of articles.
	EditStories struct {
		Page
		List edit.List
	}
	// EditVersions is the list of the versions of an article.
	EditVersions struct {
		Page
		Versions edit.Versions
	}
	// EditUpcoming is the list of what will happen next.
	EditUpcoming struct {
		Page
		Upcoming edit.Upcoming
	}
	// Pictures is the list of the pictures of the library.
	Pictures struct {
		Page
		Pictures edit.Pictures
	}
	// LibraryItem is the page of a picture of the library.
	LibraryItem struct {
		Page
		Picture edit.Picture
	}
	// EditFront is the page on which the front page is arranged.
	EditFront struct {
		Page
		Front edit.Front
	}
	// EditStory is the form of an article.
	EditStory struct {
		Page
		Story edit.Story
	}
)
