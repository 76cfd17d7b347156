package handlers

// NeverKept are the fields that no page gives back.
var NeverKept = secretFields

// WayOf says where the page of an error leads.
var WayOf = wayOf
