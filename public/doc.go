// Package public holds the assets of pages: the stylesheet, small scripts and
// icons. They are embedded and served under names that contain a hash of the
// content, so that browsers may cache them for a year.
//
//	public.go  building and serving the assets
//	minify.go  removing comments and white space from CSS
//	worker/    the service worker, which must be served at the root of the site
//	appicon/   the icons of the site as an app
//	vendor/    code of others, as .ci/editor/bundle makes it
//	encoding/  content encodings, shared with the page cache
//
// The stylesheet is written as one file per layer in css/ and sent as one,
// site.css; the order of the cascade is the order of cssLayers. The scripts in
// js/ only add comfort: every page works without them.
package public
