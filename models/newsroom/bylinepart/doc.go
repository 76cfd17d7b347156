// Package bylinepart says what an author of a byline has done, for formats that part those
// who wrote a story from those who translated it or made its pictures. It is pure.
//
//	part.go  the part that a role names, and the division of a byline
//
// A role is free text in the language of the paper, as readers see it in brackets behind the
// name. Only roles of writing and of translating must be known; everything else contributes.
package bylinepart
