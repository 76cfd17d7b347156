package learn_test

import (
	"os"
	"testing"

	"broadsheet/models/discussion/discussiontest"
	"broadsheet/models/modeltest"
)

func TestMain(m *testing.M) { os.Exit(modeltest.Main(m)) }

// desk has more methods for the tests of this package.
type desk struct {
	*discussiontest.Desk
	cursor int64
}

func each(t *testing.T, test func(d *desk)) {
	discussiontest.Each(t, func(d *discussiontest.Desk) { test(&desk{Desk: d}) })
}
