package jobs

// IsPublic tells the tests which addresses are asked.
var IsPublic = isPublic
