// Package authorize has the page on which a person lets a program write in the person's name.
//
//	authorize.go  what the program asks for
package authorize
