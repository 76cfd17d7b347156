// Package linkeddata has the structs of the linked data in the heads of pages, after
// https://schema.org and Google's rules for articles. Package views writes them as JSON.
package linkeddata
