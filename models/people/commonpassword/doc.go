// Package commonpassword finds passwords that are guessed first. NIST SP 800-63B
// (section 3.1.1.2) asks for a comparison with common and expected passwords, and
// against rules about kinds of characters. The package has no list of leaked
// passwords: it counts the pieces that a guesser would put a password together from.
package commonpassword
