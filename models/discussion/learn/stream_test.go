package learn_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"broadsheet/models/discussion"
	"broadsheet/models/discussion/learn"
)

func TestStreamLearnsLabelsAfterADelay(t *testing.T) {
	each(t, func(d *desk) {
		s := learn.New(d.DB, d.Site(), "en", 3)
		text := "A kind lady showed our whole family how to keep bees on the roof of the old brewery by the harbour"
		var repeated []int
		for i := range 8 {
			row := learn.Row{Candidate: discussion.Candidate{Author: "Ann", Text: text}, Article: fmt.Sprint(i % 2), Label: "spam"}
			out := s.Judge(d.Context(), row)
			if strings.Contains(fmt.Sprint(out.Reasons), "found to be spam") {
				repeated = append(repeated, i)
			}
			if out.Mark != 1 {
				d.Errorf("row %d has the mark %v", i, out.Mark)
			}
		}
		if fmt.Sprint(repeated) != "[3 4 5 6 7]" {
			d.Errorf("rows %v know of spam that was decided", repeated)
		}
		for i := range 70 {
			row := learn.Row{Candidate: discussion.Candidate{Text: fmt.Sprint("Nothing new under the sun, said number ", i)}, IP: "203.0.113.9", Date: d.DB.Now().Add(time.Duration(i) * time.Second)}
			out := s.Judge(d.Context(), row)
			if busy := strings.Contains(fmt.Sprint(out.Reasons), "from this network within an hour"); busy != (i >= 20) {
				d.Errorf("row %d of a network: %v", i, out.Reasons)
			}
		}
		var stored int64
		if err := d.DB.Query(d.Context()).Model(&discussion.Comment{}).Count(&stored).Error; err != nil || stored != 0 {
			d.Errorf("%d comments are stored (%v)", stored, err)
		}
	})
}
