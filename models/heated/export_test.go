package heated

import "slices"

// Measure is Learn without a least number of lessons and without the model of all.
func Measure(lessons []Lesson) *Site {
	s := &Site{}
	list := samples(lessons)
	for _, one := range list {
		if one.heated {
			s.Heated++
		} else {
			s.Calm++
		}
	}
	s.test(list)
	return s
}

func samples(lessons []Lesson) (list []sample) {
	for _, l := range lessons {
		list = append(list, sample{Read(l.Text), l.Heated})
	}
	return list
}

// Across trains with one list and orders another one. top is the share of heated ones
// among the first twentieth, share that of all.
func Across(rest, test []Lesson) (auc, top, share float64) {
	m := train(samples(rest))
	points := map[bool][]float64{}
	var all []float64
	for _, l := range test {
		p := m.points(Read(l.Text))
		points[l.Heated] = append(points[l.Heated], p)
		all = append(all, p)
	}
	slices.Sort(points[true])
	slices.Sort(points[false])
	slices.Sort(all)
	mark, above := all[len(all)-len(all)/20], 0.0
	for _, p := range points[true] {
		if p >= mark {
			above++
		}
	}
	return rightPairs(points[true], points[false]), above / float64(len(all)/20), float64(len(points[true])) / float64(len(test))
}
