package discussion_test

import (
	"reflect"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
)

// Each field of a comment is read from the column to which it was written.
func TestEveryFieldOfACommentIsStored(t *testing.T) {
	each(t, func(d *desk) {
		want := discussion.Comment{ArticleID: d.Article().ID}
		v := reflect.ValueOf(&want).Elem()
		for i := range v.NumField() {
			f, name := v.Field(i), v.Type().Field(i).Name
			switch {
			case name == "ID" || name == "ArticleID" || name == "UserID": // refer to other rows
			case f.Kind() == reflect.String:
				f.SetString(name)
			case f.Kind() == reflect.Bool:
				f.SetBool(true)
			case f.CanInt():
				f.SetInt(int64(i + 100))
			case f.Type() == reflect.TypeFor[*string]():
				f.Set(reflect.ValueOf(new(name)))
			case f.Type() == reflect.TypeFor[*int64]():
				f.Set(reflect.ValueOf(new(int64(i))))
			case f.Type() == reflect.TypeFor[models.Time]():
				f.Set(reflect.ValueOf(models.At(d.Clock.Now().Add(time.Duration(i) * time.Second))))
			case f.Type() == reflect.TypeFor[discussion.Reasons]():
				f.Set(reflect.ValueOf(discussion.Reasons{{Rule: "r", State: discussion.Held, Weight: 1.5, Detail: "d"}}))
			default:
				d.Fatalf("what is a %s of type %s?", name, f.Type())
			}
		}
		err := d.DB.Write(d.Context(), func(tx *models.Tx) error { return discussion.CreateComment(d.Context(), tx, &want) })
		if err != nil {
			d.Fatal(err)
		}
		got, err := discussion.ByID(d.Context(), d.DB, want.ID)
		if err != nil {
			d.Fatal(err)
		}
		g := reflect.ValueOf(got).Elem()
		for i := range v.NumField() {
			if !reflect.DeepEqual(v.Field(i).Interface(), g.Field(i).Interface()) {
				d.Errorf("%s: stored %v, read %v", v.Type().Field(i).Name, v.Field(i).Interface(), g.Field(i).Interface())
			}
		}
	})
}
