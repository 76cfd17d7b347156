// Package agents tells browsers from robots by the User-Agent of a request, so that
// only people count as readers. Package models/robots names the robots that have rules
// in robots.txt; a test checks that IsRobot knows all of them.
//
// Where things are:
//
//	agents.go  IsRobot and its words
//	name.go    the name of a browser and its system, for people
package agents
