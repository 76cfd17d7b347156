package illustrate

import "math"

func (c *canvas) boats(n int) {
	for range n {
		c.hull(c.between(0.08, 0.8), c.between(0.64, 0.9), c.between(0.08, 0.16), true)
	}
}

// hull is a small boat with a sail or a cabin.
func (c *canvas) hull(x, y, w float64, sail bool) {
	c.fill(c.colors.dark, point{x, y}, point{x + w, y}, point{x + w*0.85, y + w*0.25}, point{x + w*0.15, y + w*0.25})
	c.box(alpha(c.colors.dark, 0.3), x+w*0.1, y+w*0.27, w*0.8, w*0.12)
	if sail {
		c.line(c.colors.dark, point{x + w*0.45, y}, point{x + w*0.45, y - w*1.5}, 0.006)
		c.fill(c.colors.sun, point{x + w*0.48, y - w*1.4}, point{x + w*0.95, y - w*0.12}, point{x + w*0.48, y - w*0.12})
		return
	}
	c.box(c.colors.light, x+w*0.2, y-w*0.3, w*0.28, w*0.3)
}

func (c *canvas) trawler(y float64) {
	x, w := c.between(0.2, 0.35), 0.4
	c.hull(x, y, w, false)
	c.line(c.colors.dark, point{x + w*0.6, y}, point{x + w*0.6, y - 0.3}, 0.01)
	c.line(c.colors.dark, point{x + w*0.6, y - 0.26}, point{x + w*0.92, y - 0.1}, 0.006)
	for range 12 {
		gx, gy := x+c.between(-0.1, 0.5), y-c.between(0.2, 0.45)
		c.line(c.colors.sun, point{gx - 0.012, gy}, point{gx, gy + 0.008}, 0.004)
		c.line(c.colors.sun, point{gx, gy + 0.008}, point{gx + 0.012, gy}, 0.004)
	}
}

func (c *canvas) freighter(y float64) {
	x, w := c.between(0.08, 0.18), 0.74
	for row := range 4 {
		for i := range 13 {
			if c.random.IntN(6) == 0 && row > 1 {
				continue
			}
			shade := mix(c.colors.light, c.colors.near, c.random.Float64())
			c.box(shade, x+0.04+0.042*float64(i), y-0.055*float64(row+1), 0.04, 0.052)
		}
	}
	c.box(c.colors.sun, x+w*0.82, y-0.3, 0.07, 0.3)
	c.box(c.colors.dark, x+w*0.83, y-0.28, 0.05, 0.02)
	c.fill(c.colors.dark, point{x, y}, point{x + w, y}, point{x + w*0.96, y + 0.11}, point{x + w*0.05, y + 0.11})
	c.box(mix(c.colors.dark, c.colors.light, 0.35), x+w*0.045, y+0.09, w*0.91, 0.02)
	c.box(alpha(c.colors.dark, 0.3), x+0.04, y+0.12, w*0.88, 0.05)
}

func (c *canvas) cranes(base float64) {
	for x := c.between(0.05, 0.2); x < 0.95; x += c.between(0.16, 0.3) {
		top := base - c.between(0.22, 0.32)
		for _, leg := range []float64{0, 0.05} {
			c.line(c.colors.near, point{x + leg, base}, point{x + leg, top}, 0.01)
		}
		c.line(c.colors.near, point{x - 0.09, top}, point{x + 0.12, top}, 0.014)
		c.line(c.colors.near, point{x + 0.02, top - 0.08}, point{x - 0.09, top}, 0.005)
		c.line(c.colors.near, point{x + 0.02, top - 0.08}, point{x + 0.05, top}, 0.008)
		c.line(c.colors.near, point{x - 0.06, top}, point{x - 0.06, top + 0.1}, 0.003)
	}
}

func (c *canvas) turbines() {
	for range 5 {
		x, base, size := c.between(0.08, 0.92), c.between(0.66, 0.82), c.between(0.2, 0.42)
		top := base - size
		c.fill(c.colors.sun, point{x - 0.006, base}, point{x - 0.002, top}, point{x + 0.002, top}, point{x + 0.006, base})
		turn := c.between(0, 2)
		for k := range 3 {
			sin, cos := math.Sincos(turn + 2*math.Pi*float64(k)/3)
			c.line(c.colors.sun, point{x, top}, point{x + cos*size*0.5*c.h/c.w, top + sin*size*0.5}, 0.009)
		}
	}
}

func (c *canvas) domes(base float64) {
	for x := -0.02; x < 1; {
		w, h := c.between(0.06, 0.14), c.between(0.08, 0.2)
		col := mix(c.colors.sun, c.colors.middle, c.between(0.1, 0.7))
		c.box(col, x, base-h, w+0.002, h+0.03)
		switch c.random.IntN(4) {
		case 0:
			c.disc(col, x+w/2, base-h, w*0.45*c.w/c.h)
		case 1:
			c.box(col, x+w*0.3, base-h-0.16, w*0.22, 0.18)
			c.disc(c.colors.near, x+w*0.41, base-h-0.16, 0.018)
		}
		for range 4 {
			c.box(c.colors.near, x+c.between(0.01, max(0.011, w-0.015)), base-h+c.between(0.02, h), 0.008, 0.022)
		}
		x += w
	}
}

func (c *canvas) stands() {
	for row := range 9 {
		y := 0.3 + 0.03*float64(row)
		c.box(mix(c.colors.middle, c.colors.near, float64(row%2)), 0, y, 1, 0.03)
		for range 60 {
			c.disc(mix(c.colors.light, c.colors.far, c.random.Float64()), c.random.Float64(), y+0.012, 0.008)
		}
	}
	c.fill(c.colors.dark, point{0, 0.2}, point{1, 0.14}, point{1, 0.19}, point{0, 0.27})
}

func (c *canvas) pitch() {
	for i := range 8 {
		c.box(mix(rgb(0x4f7f4e), rgb(0x3f6b42), float64(i%2)), 0, 0.57+0.054*float64(i), 1, 0.055)
	}
	c.line(c.colors.sun, point{0, 0.7}, point{1, 0.7}, 0.006)
	x := c.between(0.2, 0.6)
	c.line(c.colors.sun, point{x, 0.66}, point{x, 0.5}, 0.008)
	c.line(c.colors.sun, point{x + 0.2, 0.66}, point{x + 0.2, 0.5}, 0.008)
	c.line(c.colors.sun, point{x, 0.5}, point{x + 0.2, 0.5}, 0.008)
	c.disc(c.colors.sun, c.between(0.3, 0.7), 0.85, 0.018)
}

func (c *canvas) table(y float64) {
	c.box(c.colors.dark, 0.06, y, 0.88, 0.045)
	c.box(mix(c.colors.dark, c.colors.near, 0.4), 0.1, y+0.045, 0.8, 0.3)
}

func (c *canvas) flasks(y float64) {
	for x := 0.14; x < 0.86; x += c.between(0.08, 0.13) {
		h := c.between(0.1, 0.26)
		col := alpha(c.colors.sun, 0.75)
		if c.random.IntN(2) == 0 {
			c.fill(col, point{x, y}, point{x + 0.02, y - h}, point{x + 0.04, y - h}, point{x + 0.06, y})
			c.fill(c.colors.light, point{x, y}, point{x + 0.008, y - h*0.4}, point{x + 0.052, y - h*0.4}, point{x + 0.06, y})
		} else {
			c.box(col, x, y-h, 0.03, h)
			c.box(c.colors.middle, x, y-h*0.5, 0.03, h*0.5)
		}
	}
}

func (c *canvas) bowls(y float64) {
	for i := range 3 {
		x := 0.2 + 0.2*float64(i) + c.between(-0.03, 0.03)
		c.fill(c.colors.sun, point{x - 0.07, y - 0.07}, point{x + 0.07, y - 0.07}, point{x + 0.035, y}, point{x - 0.035, y})
		for k := range 2 {
			sx := x - 0.015 + 0.03*float64(k)
			c.line(alpha(c.colors.sun, 0.4), point{sx, y - 0.1}, point{sx + 0.015, y - 0.22}, 0.008)
		}
	}
}

func (c *canvas) loaves(y float64) {
	for i := range 7 {
		x := 0.13 + 0.105*float64(i)
		col := mix(c.colors.light, c.colors.near, c.between(0.1, 0.45))
		c.disc(col, x, y-0.035, 0.055)
		c.box(c.colors.dark, x-0.04, y, 0.08, 0.002)
		c.line(mix(col, c.colors.dark, 0.4), point{x - 0.015, y - 0.06}, point{x + 0.01, y - 0.03}, 0.006)
	}
}

func (c *canvas) shelves() {
	for row := range 4 {
		y := 0.18 + 0.17*float64(row)
		for x := 0.05; x < 0.95; {
			w, h := c.between(0.008, 0.022), c.between(0.09, 0.14)
			c.box(mix(c.colors.light, c.colors.dark, c.random.Float64()), x, y-h, w, h)
			x += w + 0.001
		}
		c.box(c.colors.dark, 0.03, y, 0.94, 0.015)
	}
}

func (c *canvas) columns(top, bottom float64) {
	c.fill(c.colors.middle, point{0.1, top}, point{0.5, top - 0.14}, point{0.9, top})
	for i := range 6 {
		x := 0.14 + 0.135*float64(i)
		c.box(c.colors.sun, x, top+0.02, 0.045, bottom-top-0.02)
		c.box(alpha(c.colors.middle, 0.4), x+0.03, top+0.02, 0.015, bottom-top-0.02)
	}
}

func (c *canvas) palace() {
	c.columns(0.5, 0.86)
	c.disc(c.colors.middle, 0.5, 0.38, 0.12)
	c.line(c.colors.near, point{0.5, 0.28}, point{0.5, 0.14}, 0.008)
	c.fill(c.colors.light, point{0.5, 0.15}, point{0.56, 0.17}, point{0.5, 0.2})
}

func (c *canvas) block(hospital bool) {
	c.box(c.colors.sun, 0.2, 0.4, 0.6, 0.45)
	for row := range 4 {
		for i := range 9 {
			c.box(c.colors.middle, 0.23+0.062*float64(i), 0.45+0.09*float64(row), 0.035, 0.05)
		}
	}
	c.box(c.colors.near, 0.46, 0.74, 0.08, 0.11)
	if hospital {
		c.box(rgb(0xb23a3a), 0.488, 0.27, 0.024, 0.11)
		c.box(rgb(0xb23a3a), 0.463, 0.308, 0.074, 0.034)
		return
	}
	c.fill(c.colors.near, point{0.18, 0.41}, point{0.5, 0.26}, point{0.82, 0.41})
	c.disc(c.colors.light, 0.5, 0.35, 0.035)
}

func (c *canvas) train(y float64) {
	c.box(c.colors.dark, 0, y+0.115, 1, 0.012)
	for i := range 3 {
		x := -0.05 + 0.33*float64(i)
		c.box(c.colors.light, x, y-0.08, 0.32, 0.17)
		c.box(c.colors.dark, x, y+0.03, 0.32, 0.02)
		for k := range 7 {
			c.box(c.colors.near, x+0.02+0.042*float64(k), y-0.055, 0.03, 0.06)
		}
		for _, k := range []float64{0.05, 0.1, 0.22, 0.27} {
			c.disc(c.colors.dark, x+k, y+0.1, 0.02)
		}
	}
	for x := 0.0; x < 1; x += 0.03 {
		c.box(mix(c.colors.near, c.colors.dark, 0.5), x, y+0.13, 0.015, 0.012)
	}
}

func (c *canvas) bend() {
	c.fill(c.colors.skyLow, point{0.48, 0.5}, point{0.53, 0.5}, point{0.62, 0.6}, point{0.5, 0.72},
		point{0.75, 1}, point{0.1, 1}, point{0.3, 0.72}, point{0.47, 0.6})
}

func (c *canvas) stalls(y float64) {
	for i := range 5 {
		x := 0.03 + 0.195*float64(i)
		for k := range 6 {
			col := c.colors.sun
			if k%2 == 0 {
				col = rgb(0xa8483f)
			}
			c.box(col, x+0.028*float64(k), y-0.22, 0.028, 0.06)
		}
		c.line(c.colors.dark, point{x + 0.01, y - 0.16}, point{x + 0.01, y + 0.08}, 0.008)
		c.line(c.colors.dark, point{x + 0.158, y - 0.16}, point{x + 0.158, y + 0.08}, 0.008)
		c.box(c.colors.middle, x, y, 0.168, 0.07)
		for range 9 {
			c.disc(mix(c.colors.light, rgb(0x9a4a2a), c.random.Float64()), x+c.between(0.015, 0.15), y-0.008, 0.014)
		}
	}
}

func (c *canvas) curtains() {
	for i := range 12 {
		x := float64(i) * 0.03
		col := mix(rgb(0x7a1f2b), rgb(0x4d121c), float64(i%2))
		c.box(col, x, 0, 0.03, 0.86)
		c.box(col, 1-x-0.03, 0, 0.03, 0.86)
	}
	c.fill(alpha(c.colors.sun, 0.5), point{0.48, 0}, point{0.52, 0}, point{0.66, 0.86}, point{0.34, 0.86})
	c.disc(c.colors.dark, 0.5, 0.6, 0.035)
	c.fill(c.colors.dark, point{0.47, 0.86}, point{0.485, 0.64}, point{0.515, 0.64}, point{0.53, 0.86})
}

func (c *canvas) eight(y float64) {
	for lane := range 2 {
		y, x := y+0.17*float64(lane), c.between(0.1, 0.25)
		c.fill(c.colors.dark, point{x, y}, point{x + 0.6, y}, point{x + 0.56, y + 0.02}, point{x + 0.04, y + 0.02})
		for i := range 8 {
			px := x + 0.07 + 0.06*float64(i)
			c.line(c.colors.dark, point{px, y - 0.005}, point{px + 0.012, y - 0.05}, 0.02)
			c.disc(c.colors.dark, px+0.014, y-0.065, 0.015)
			c.line(c.colors.sun, point{px, y - 0.01}, point{px - 0.05, y + 0.06}, 0.005)
		}
	}
}

func (c *canvas) planet() {
	c.disc(c.colors.far, 0.3, 1.25, 0.75)
	c.disc(alpha(c.colors.sun, 0.12), 0.3, 1.25, 0.79)
}

func (c *canvas) satellite() {
	x, y := c.between(0.5, 0.7), c.between(0.3, 0.45)
	c.box(c.colors.light, x-0.03, y-0.05, 0.06, 0.1)
	for _, side := range []float64{-0.21, 0.05} {
		for i := range 4 {
			c.box(rgb(0x3b5b8c), x+side+0.04*float64(i), y-0.035, 0.037, 0.07)
		}
	}
	c.line(c.colors.sun, point{x, y - 0.05}, point{x, y - 0.1}, 0.006)
	c.disc(c.colors.sun, x, y-0.11, 0.02)
}

func (c *canvas) bridge(y float64) {
	c.box(c.colors.dark, 0, y, 1, 0.025)
	for _, x := range []float64{0.25, 0.75} {
		c.box(c.colors.dark, x-0.012, y-0.32, 0.024, 0.55)
	}
	for i := 0; i <= 40; i++ {
		x := float64(i) / 40
		nearest := math.Min(math.Abs(x-0.25), math.Abs(x-0.75))
		top := y - 0.31 + 0.3*math.Pow(nearest/0.25, 1.6)
		c.line(c.colors.dark, point{x, math.Min(top, y)}, point{x, y}, 0.003)
	}
}

func (c *canvas) dam() {
	c.fill(c.colors.sun, point{0.1, 0.62}, point{0.9, 0.62}, point{0.8, 1}, point{0.2, 1})
	for i := range 6 {
		x := 0.22 + 0.1*float64(i)
		c.fill(alpha(c.colors.middle, 0.5), point{x, 0.66}, point{x + 0.05, 0.66}, point{x + 0.045, 1}, point{x + 0.01, 1})
	}
	c.box(c.colors.dark, 0.08, 0.6, 0.84, 0.02)
}

func (c *canvas) chimneys(base float64) {
	for i := range 5 {
		x := 0.1 + 0.17*float64(i)
		c.fill(c.colors.near, point{x, base}, point{x, base - 0.16}, point{x + 0.08, base - 0.24},
			point{x + 0.08, base - 0.16}, point{x + 0.16, base - 0.24}, point{x + 0.16, base})
	}
	for _, x := range []float64{0.2, 0.62} {
		c.box(c.colors.dark, x, base-0.5, 0.035, 0.5)
		for k := range 5 {
			c.disc(alpha(c.colors.sun, 0.5), x+0.02+0.035*float64(k), base-0.54-0.03*float64(k), 0.03+0.012*float64(k))
		}
	}
}

func (c *canvas) cliffs() {
	c.fill(c.colors.near, point{0, 0.42}, point{0.18, 0.4}, point{0.3, 0.5}, point{0.36, 0.68},
		point{0.52, 0.78}, point{0.6, 1}, point{0, 1})
	c.fill(c.colors.dark, point{0, 0.62}, point{0.16, 0.66}, point{0.3, 0.84}, point{0.4, 1}, point{0, 1})
}

func (c *canvas) lighthouse() {
	c.fill(c.colors.sun, point{0.1, 0.42}, point{0.115, 0.14}, point{0.155, 0.14}, point{0.17, 0.42})
	c.box(rgb(0xa8483f), 0.107, 0.25, 0.056, 0.06)
	c.box(c.colors.dark, 0.11, 0.09, 0.05, 0.05)
	c.fill(alpha(c.colors.light, 0.45), point{0.16, 0.11}, point{1, 0.02}, point{1, 0.24})
}
