// Package public holds what browsers load beside pages: the stylesheet, a
// small script and the icon. Everything is embedded and served under a name
// that contains a hash of its content, so that it may be kept for ever.
//
// The stylesheet is written as one file per layer in css/ and sent as one,
// site.css; the order of the cascade is the order of cssLayers. Pages need
// none of the scripts in js/: they only add comfort.
package public
