// Package appicon draws the icons of the site as an app: the paper's initial on its
// accent colour. No other party's service or picture is needed.
//
//	appicon.go  PNG and ICO
package appicon
