package illustrate

import (
	"image/color"
	"math"
)

// sky fills the picture down to the horizon and below, with a sun or moon.
func (c *canvas) sky(horizon float64) {
	c.gradient(c.colors.skyHigh, c.colors.skyLow, 0, horizon)
	c.box(c.colors.skyLow, 0, horizon, 1, 1-horizon)
	x, y := c.between(0.15, 0.85), c.between(0.15, max(0.2, horizon-0.15))
	c.disc(alpha(c.colors.sun, 0.35), x, y, 0.12)
	c.disc(c.colors.sun, x, y, 0.075)
}

// ridge is a wavy line from left to right.
func (c *canvas) ridge(base, height, roughness float64) []point {
	phase, phase2 := c.between(0, 6), c.between(0, 6)
	var points []point
	for i := 0; i <= 60; i++ {
		x := float64(i) / 60
		y := base - height*(0.5+0.35*math.Sin(x*5+phase)+0.15*math.Sin(x*roughness+phase2))
		points = append(points, point{x, y})
	}
	return points
}

func (c *canvas) hills(base, height float64, col color.RGBA) {
	points := c.ridge(base, height, 13)
	c.fill(col, append(points, point{1, 1}, point{0, 1})...)
}

func (c *canvas) ground(top float64) { c.box(c.colors.near, 0, top, 1, 1-top) }

func (c *canvas) peaks() {
	for layer, col := range []color.RGBA{c.colors.far, c.colors.middle} {
		x := -0.1
		for x < 1.1 {
			w, h := c.between(0.25, 0.45), c.between(0.22, 0.42)-0.12*float64(layer)
			base := 0.66 + 0.08*float64(layer)
			c.fill(col, point{x, base}, point{x + w/2, base - h}, point{x + w, base})
			if layer == 0 {
				c.fill(c.colors.sun, point{x + w*0.4, base - h*0.8}, point{x + w/2, base - h}, point{x + w*0.6, base - h*0.8},
					point{x + w*0.53, base - h*0.86}, point{x + w*0.47, base - h*0.78})
			}
			x += w * 0.6
		}
		c.box(col, 0, 0.65+0.08*float64(layer), 1, 0.4)
	}
}

// water lies from a line down, with glints.
func (c *canvas) water(top float64) {
	c.gradient(c.colors.middle, c.colors.near, top, 1)
	for range 70 {
		y := top + (1-top)*math.Pow(c.random.Float64(), 1.4)
		near := (y - top) / (1 - top)
		w := c.between(0.02, 0.05) + 0.1*near
		c.box(alpha(c.colors.light, 0.10+0.12*c.random.Float64()), c.between(-0.1, 1), y, w, 0.0025+0.004*near)
	}
}

func (c *canvas) waves(n int) {
	for i := range n {
		y := 0.62 + 0.38*float64(i)/float64(n)
		points := c.ridge(y+0.03, 0.05, 40)
		c.fill(mix(c.colors.middle, c.colors.dark, float64(i)/float64(n)), append(points, point{1, 1}, point{0, 1})...)
	}
}

func (c *canvas) clouds(n int) {
	for range n {
		x, y := c.between(0, 1), c.between(0.05, 0.35)
		col := alpha(mix(c.colors.skyHigh, c.colors.dark, c.between(0, 0.35)), 0.8)
		for range 5 {
			c.disc(col, x+c.between(-0.1, 0.1), y+c.between(-0.02, 0.02), c.between(0.04, 0.09))
		}
	}
}

// skyline is a row of houses and towers that stand on a line.
func (c *canvas) skyline(base, height float64, col color.RGBA) {
	for x := -0.02; x < 1; {
		w := c.between(0.03, 0.085)
		h := height * c.between(0.3, 1)
		c.box(col, x, base-h, w+0.001, h+0.02)
		if c.random.IntN(4) == 0 {
			c.fill(col, point{x, base - h}, point{x + w/2, base - h - 0.05}, point{x + w, base - h})
		}
		c.windows(x, base-h, w, h)
		x += w
	}
}

func (c *canvas) windows(x, y, w, h float64) {
	for wy := y + 0.015; wy < y+h-0.03; wy += 0.028 {
		for wx := x + 0.008; wx < x+w-0.012; wx += 0.014 {
			if c.random.IntN(3) == 0 {
				c.box(alpha(c.colors.light, 0.75), wx, wy, 0.006, 0.013)
			}
		}
	}
}

func (c *canvas) streets(top float64) {
	c.ground(top)
	for i := range 6 {
		x := 0.5 + (float64(i)-2.5)*0.12
		c.line(alpha(c.colors.light, 0.35), point{0.5, top}, point{0.5 + (x-0.5)*6, 1}, 0.004)
	}
}

func (c *canvas) trees(base float64, n int) {
	for range n {
		x, size := c.between(0, 1), c.between(0.08, 0.2)
		col := mix(c.colors.near, c.colors.dark, c.between(0, 0.7))
		c.box(col, x-0.003, base-size*0.3, 0.006, size*0.4)
		if c.random.IntN(2) == 0 {
			c.disc(col, x, base-size*0.55, size*0.4)
		} else {
			c.fill(col, point{x - size*0.22, base - size*0.15}, point{x, base - size}, point{x + size*0.22, base - size*0.15})
		}
	}
}

func (c *canvas) furrows(top float64) {
	c.ground(top)
	for i := range 16 {
		x := (float64(i) - 7.5) / 4
		c.fill(mix(c.colors.light, c.colors.near, 0.55), point{0.5, top}, point{0.5 + x, 1}, point{0.5 + x + 0.11, 1})
	}
}

// room is an inside wall with a floor.
func (c *canvas) room() {
	c.gradient(c.colors.far, mix(c.colors.far, c.colors.skyLow, 0.6), 0, 0.75)
	c.box(c.colors.near, 0, 0.75, 1, 0.25)
	c.fill(alpha(c.colors.sun, 0.18), point{0.55, 0}, point{0.85, 0}, point{0.6, 0.75}, point{0.2, 0.75})
}

func (c *canvas) window() {
	x := c.between(0.55, 0.68)
	c.box(c.colors.dark, x-0.01, 0.1, 0.27, 0.44)
	for i := range 2 {
		for k := range 2 {
			c.box(c.colors.skyLow, x+0.13*float64(i), 0.115+0.215*float64(k), 0.12, 0.2)
		}
	}
}

func (c *canvas) stars(n int) {
	for range n {
		c.disc(alpha(c.colors.sun, c.between(0.2, 0.9)), c.between(0, 1), c.between(0, 1), c.between(0.001, 0.003))
	}
}
