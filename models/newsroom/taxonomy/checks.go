package taxonomy

import (
	"slices"
	"strings"
)

// Check is something that an article of a category must have before its publication.
type Check string

// The checks, as stored. Package taxonomy keeps which of them a category requires; the
// check list of an article decides whether they are passed.
const (
	CheckPicture    Check = "picture" // a lead picture
	CheckAlt        Check = "alt"     // each picture has alternative text, or is decorative
	CheckCredit     Check = "credit"  // each picture has a credit
	CheckStandfirst Check = "standfirst"
	CheckTags       Check = "tags"    // one at least
	CheckByline     Check = "byline"  // one author at least
	CheckSecond     Check = "second"  // a second person has read it
	CheckSources    Check = "sources" // one link to another site at least
)

// Checks are all checks in the order of the forms.
var Checks = []Check{
	CheckPicture, CheckAlt, CheckCredit, CheckStandfirst, CheckTags, CheckByline, CheckSecond, CheckSources,
}

// Checks returns the checks of the category itself, in the order of [Checks]. It leaves
// out names that no check has any more.
func (c *Category) Checks() []Check { return sortedChecks(strings.Fields(c.Required)) }

func sortedChecks(names []string) (list []Check) {
	for _, check := range Checks {
		if slices.Contains(names, string(check)) {
			list = append(list, check)
		}
	}
	return list
}

// Required is a check with the categories that require it.
type Required struct {
	Check Check
	By    []*Category
}

// Required returns the checks that articles in these categories must pass, in
// the order of [Checks]. A category also has the checks of the categories above it.
func (tree *Categories) Required(categories []*Category) (list []Required) {
	by := map[Check][]*Category{}
	for _, c := range categories {
		for _, one := range append(tree.Ancestors(c), c) {
			for _, check := range one.Checks() {
				if !slices.Contains(by[check], one) {
					by[check] = append(by[check], one)
				}
			}
		}
	}
	for _, check := range Checks {
		if len(by[check]) > 0 {
			list = append(list, Required{check, by[check]})
		}
	}
	return list
}
