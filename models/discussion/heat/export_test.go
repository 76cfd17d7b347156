package heat

import "broadsheet/models/discussion"

// People returns the number of people that wrote comments.
func People(comments []discussion.Comment) int {
	t := talk{known: map[string]int{}}
	for _, c := range comments {
		t.add(&row{
			UserID: c.UserID, Verified: c.Verified, Email: c.Email, TokenHash: c.TokenHash, Author: c.Author, Network: c.Network,
		})
	}
	return t.people()
}
