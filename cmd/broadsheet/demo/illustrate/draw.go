package illustrate

import (
	"fmt"
	"image"
	"maps"
	"math/rand/v2"
	"slices"
)

// scenes are the pictures that can be drawn, by name.
var scenes = map[string]func(*canvas){
	"harbour": func(c *canvas) {
		c.sky(0.55)
		c.skyline(0.52, 0.16, c.colors.far)
		c.water(0.52)
		c.cranes(0.53)
		c.boats(3)
	},
	"skyline": func(c *canvas) {
		c.sky(0.7)
		c.skyline(0.72, 0.28, c.colors.far)
		c.skyline(0.8, 0.34, c.colors.middle)
		c.streets(0.8)
	},
	"mountains": func(c *canvas) { c.sky(0.6); c.peaks(); c.hills(0.78, 0.05, c.colors.near); c.trees(0.8, 9) },
	"desert-town": func(c *canvas) {
		c.colors = palettes[4]
		c.sky(0.6)
		c.hills(0.58, 0.05, c.colors.far)
		c.domes(0.74)
		c.hills(0.76, 0.02, c.colors.near)
	},
	"fields":     func(c *canvas) { c.sky(0.5); c.hills(0.52, 0.05, c.colors.far); c.furrows(0.56); c.trees(0.56, 5) },
	"stadium":    func(c *canvas) { c.sky(0.5); c.stands(); c.pitch() },
	"laboratory": func(c *canvas) { c.room(); c.table(0.72); c.flasks(0.72) },
	"railway":    func(c *canvas) { c.sky(0.6); c.hills(0.6, 0.06, c.colors.far); c.ground(0.64); c.train(0.66) },
	"river": func(c *canvas) {
		c.sky(0.45)
		c.hills(0.46, 0.08, c.colors.far)
		c.ground(0.5)
		c.bend()
		c.trees(0.56, 7)
	},
	"night-city": func(c *canvas) {
		c.colors = night
		c.sky(0.75)
		c.skyline(0.78, 0.4, c.colors.far)
		c.skyline(0.84, 0.3, c.colors.near)
		c.water(0.84)
	},
	"market":         func(c *canvas) { c.sky(0.4); c.skyline(0.55, 0.3, c.colors.far); c.ground(0.6); c.stalls(0.78) },
	"courtroom":      func(c *canvas) { c.room(); c.columns(0.2, 0.75); c.table(0.78) },
	"library":        func(c *canvas) { c.room(); c.shelves(); c.table(0.84) },
	"storm":          func(c *canvas) { c.colors = palettes[3]; c.sky(0.6); c.clouds(9); c.water(0.6); c.waves(9) },
	"container-ship": func(c *canvas) { c.sky(0.58); c.hills(0.58, 0.04, c.colors.far); c.water(0.58); c.freighter(0.66) },
	"wind-turbines": func(c *canvas) {
		c.sky(0.62)
		c.hills(0.62, 0.06, c.colors.far)
		c.turbines()
		c.hills(0.82, 0.06, c.colors.near)
	},
	"hospital":     func(c *canvas) { c.sky(0.6); c.skyline(0.68, 0.18, c.colors.far); c.block(true); c.ground(0.82) },
	"stage":        func(c *canvas) { c.colors = night; c.room(); c.curtains(); c.table(0.86) },
	"table":        func(c *canvas) { c.room(); c.window(); c.table(0.68); c.bowls(0.68) },
	"rowing":       func(c *canvas) { c.sky(0.4); c.hills(0.42, 0.07, c.colors.far); c.water(0.42); c.eight(0.66) },
	"forest":       func(c *canvas) { c.sky(0.7); c.trees(0.62, 24); c.hills(0.72, 0.03, c.colors.near); c.trees(0.82, 14) },
	"satellite":    func(c *canvas) { c.colors = night; c.sky(1); c.stars(140); c.planet(); c.satellite() },
	"bridge":       func(c *canvas) { c.sky(0.55); c.hills(0.55, 0.06, c.colors.far); c.water(0.55); c.bridge(0.5) },
	"school":       func(c *canvas) { c.sky(0.6); c.trees(0.66, 6); c.block(false); c.ground(0.82) },
	"fishing-boat": func(c *canvas) { c.sky(0.55); c.clouds(3); c.water(0.55); c.trawler(0.68) },
	"parliament":   func(c *canvas) { c.sky(0.65); c.skyline(0.7, 0.12, c.colors.far); c.palace(); c.ground(0.84) },
	"reservoir":    func(c *canvas) { c.sky(0.45); c.peaks(); c.water(0.6); c.dam() },
	"bakery":       func(c *canvas) { c.room(); c.window(); c.table(0.7); c.loaves(0.7) },
	"factory": func(c *canvas) {
		c.sky(0.65)
		c.clouds(3)
		c.skyline(0.72, 0.1, c.colors.far)
		c.chimneys(0.8)
		c.ground(0.8)
	},
	"coast": func(c *canvas) { c.sky(0.5); c.water(0.5); c.cliffs(); c.lighthouse() },
}

// Scenes lists the names of the scenes.
func Scenes() []string { return slices.Sorted(maps.Keys(scenes)) }

// maxSide bounds a picture's size in pixels.
const maxSide = 4000

// Draw draws a scene. The same scene, seed and size give the same picture.
func Draw(scene string, seed uint64, width, height int) (*image.RGBA, error) {
	paint, ok := scenes[scene]
	if !ok {
		return nil, fmt.Errorf("there is no scene %q", scene)
	}
	if width < 1 || height < 1 || width > maxSide || height > maxSide {
		return nil, fmt.Errorf("cannot draw %d × %d pixels", width, height)
	}
	c := &canvas{
		img: image.NewRGBA(image.Rect(0, 0, width, height)), random: rand.New(rand.NewPCG(seed, 0x6472617)),
		w: float64(width), h: float64(height),
	}
	c.colors = palettes[c.random.IntN(len(palettes))]
	paint(c)
	c.grain()
	return c.img, nil
}
