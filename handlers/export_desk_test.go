package handlers

// NeverKept are the fields that no page gives back.
var NeverKept = neverKept
