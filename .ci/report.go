// Report reads what "go test -json" writes and prints what a person wants to
// know: go test's own line for each package, the output of the tests that
// failed, the names of those that were skipped, and the ten that took longest.
// With -strict a skipped test is a failure.
package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// event is one line of go test's; see "go doc test2json".
type event struct {
	Action, Package, ImportPath, Test, Output string
	Elapsed                                   float64 // seconds, without the time that the test waited for its turn
}

func main() {
	strict := flag.Bool("strict", false, "fail when a test was skipped")
	flag.Parse()
	if err := report(os.Stdin, os.Stdout, *strict); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func report(in io.Reader, out io.Writer, strict bool) error {
	said := map[string][]string{} // output by package and test
	var closing, failed, skipped []string
	var slow []event
	passed := 0
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var e event
		if json.Unmarshal(lines.Bytes(), &e) != nil {
			fmt.Fprintln(out, lines.Text()) // not go test speaking
			continue
		}
		name := e.Package + " " + e.Test
		switch e.Action {
		case "build-output":
			fmt.Fprint(out, e.Output)
		case "output":
			if !strings.HasPrefix(e.Output, "=== ") { // which test runs when is of no interest
				said[name] = append(said[name], e.Output)
			}
		case "pass", "skip", "fail":
			switch {
			case e.Test == "":
				closing = append(closing, verdict(said[name]))
			case e.Action == "pass":
				passed++
			case e.Action == "skip":
				skipped = append(skipped, name+reason(said[name]))
			default:
				failed = append(failed, name)
			}
			if e.Action == "fail" {
				fmt.Fprint(out, strings.Join(said[name], ""))
			}
			delete(said, name)
			if e.Test != "" {
				slow = append(slow, e)
			}
		}
	}
	slices.Sort(skipped)
	for _, name := range skipped {
		fmt.Fprintln(out, "skipped:", name)
	}
	for _, name := range failed {
		fmt.Fprintln(out, "failed:", name)
	}
	for _, line := range closing {
		fmt.Fprint(out, line)
	}
	slices.SortFunc(slow, func(a, b event) int { return cmp.Compare(b.Elapsed, a.Elapsed) })
	for _, e := range slow[:min(10, len(slow))] {
		fmt.Fprintf(out, "%.0f s  %s %s\n", e.Elapsed, e.Package, e.Test)
	}
	fmt.Fprintf(out, "%d tests passed, %d failed, %d skipped\n", passed, len(failed), len(skipped))
	broken := slices.ContainsFunc(closing, func(line string) bool { return strings.HasPrefix(line, "FAIL") })
	switch {
	case lines.Err() != nil:
		return lines.Err()
	case len(failed) > 0 || broken || len(closing) == 0:
		return fmt.Errorf("the tests failed")
	case strict && len(skipped) > 0:
		return fmt.Errorf("tests were skipped where nothing may be missing")
	}
	return nil
}

// verdict is go test's last word on a package, such as "ok  broadsheet/views  1.2s".
func verdict(output []string) string {
	for _, line := range slices.Backward(output) {
		if strings.HasPrefix(line, "ok ") || strings.HasPrefix(line, "FAIL\t") || strings.HasPrefix(line, "?") {
			return line
		}
	}
	return strings.Join(output, "")
}

// reason is what a skipped test gave as its reason.
func reason(output []string) string {
	for _, line := range output {
		if _, why, ok := strings.Cut(line, "_test.go:"); ok {
			return ": " + strings.TrimSpace(strings.TrimLeft(why, "0123456789: "))
		}
	}
	return ""
}
