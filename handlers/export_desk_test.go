package handlers

// NeverKept are the fields that no page gives back.
var NeverKept = secretFields

// ErrorLinks says where the page of an error leads.
var ErrorLinks = errorLinks
