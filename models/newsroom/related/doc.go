// Package related chooses the articles that a page shows as related, and
// maintains the weights that the choice is made by.
//
// Where things are:
//
//	related.go    Find: the related articles, the score and its explanation
//	statement.go  the SQL statement that finds the candidates
//	weight.go     RecomputeWeights: the weights of categories and tags
//	activity.go   RecomputeActivity: how active categories are
//
// Its index is in package relatedsets. Package newsroom updates the index together
// with the lists of articles.
package related
