// Package previews keeps the links by which people without an account read a text
// before it is public: a lawyer, a source, a colleague of another paper.
package previews
