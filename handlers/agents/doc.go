// Package agents tells browsers from robots by the User-Agent of a request.
//
// Where things are:
//
//	agents.go  IsRobot and its words
package agents
