// Package sharecard draws the picture that social networks and messengers show
// beside a link to an article: its headline, its section and the name of the paper,
// over its lead picture or on paper. It takes a struct and returns a JPEG, and knows
// neither the database nor the articles.
//
//	card.go   Card and Draw: the composition, and the JPEG within its size
//	setter.go one text in a box: fonts, shaping, sizes, line breaks
//	fonts.go  the fonts in fonts/, and which of them a text needs
//	paint.go  outlines, pictures and colours on the canvas
//
// # Text
//
// Shaping is go-text/typesetting, a port of HarfBuzz: it joins Arabic letters, orders
// bidirectional text, places marks and forms Indic clusters, and it breaks lines by
// Unicode's rules (UAX 14). Thai has no spaces between words. There a line may break
// before a vowel that begins a syllable.
//
// # Fonts
//
// The fonts in fonts/ are subsets of Noto, under the SIL Open Font License 1.1. They are
// part of the program, because it runs in an image without files of its own.
// fonts/MANIFEST.txt tells each source, version and hash, and how the subsets were
// made. They are compressed; a drawing unpacks only those that its text needs and
// keeps none, so that an idle server holds no font in memory.
//
// No picture shows a box in place of a letter. Signs without a glyph, such as emoji,
// are left out. A text with a letter that no font has is left out as a whole.
package sharecard
