// Package writernotes has the moderators' notes about writers, which only the desk
// shows. Package writers knows which comments belong to a writer; this package is
// below it, so that the removal of personal data can remove notes.
package writernotes
