// Package nudge finds possible improvements of a comment before it is posted. The
// reply form's preview shows them.
package nudge
