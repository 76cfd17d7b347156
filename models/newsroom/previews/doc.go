// Package previews stores the preview links of articles. A preview link lets a person
// without an account, such as a lawyer or a source, read a text before it is public.
package previews
