package imports_test

import (
	"os"
	"testing"

	"broadsheet/models/modeltest"
)

func TestMain(m *testing.M) { os.Exit(modeltest.Main(m)) }
