package settings

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"broadsheet/models"

	"golang.org/x/text/language"
)

// text takes one line, or one paragraph if it may be long.
func text(least, most int, field func(*Settings) *string) Input {
	in := Input{Kind: Line, Least: float64(least), Most: float64(most)}
	if most > longestLine {
		in.Kind = Paragraph
	}
	in.set = func(s *Settings, v string) error {
		v = strings.Join(strings.Fields(v), " ")
		if n := len([]rune(v)); n < least || n > most {
			return fmt.Errorf("takes %d to %d characters", least, most)
		}
		*field(s) = v
		return nil
	}
	return in
}

// MaxChosenCategories is the most categories in front.sections and nav.sections.
const MaxChosenCategories = 12

// categoryPaths takes paths of categories, separated by commas or line breaks.
func categoryPaths(field func(*Settings) *[]string) Input {
	return Input{Kind: Categories, Most: MaxChosenCategories, set: func(s *Settings, v string) error {
		paths := SplitPaths(v)
		if len(paths) > MaxChosenCategories {
			return fmt.Errorf("takes at most %d categories", MaxChosenCategories)
		}
		for i, path := range paths {
			if !utf8.ValidString(path) || len(path) > 1000 {
				return fmt.Errorf("takes paths of categories such as world-news/europe")
			}
			if slices.Contains(paths[:i], path) {
				return fmt.Errorf("names %s twice", path)
			}
		}
		*field(s) = paths
		return nil
	}}
}

// SplitPaths returns the paths of categories in a setting's value, without slashes
// at their ends.
func SplitPaths(v string) []string {
	var paths []string
	for _, path := range strings.FieldsFunc(v, func(r rune) bool { return r == ',' || r == '\n' || r == '\r' }) {
		if path = strings.Trim(path, " \t/"); path != "" {
			paths = append(paths, path)
		}
	}
	return paths
}

// MaxSectionDays is the most lines of article.old-sections.
const MaxSectionDays = 100

// sectionDays takes lines with the path of a category and a number of days.
func sectionDays(field func(*Settings) *map[string]int) Input {
	return Input{Kind: Lines, Most: MaxSectionDays, set: func(s *Settings, v string) error {
		days := map[string]int{}
		for _, line := range strings.FieldsFunc(v, func(r rune) bool { return r == ',' || r == '\n' || r == '\r' }) {
			words := strings.Fields(line)
			if len(words) == 0 {
				continue
			}
			n := -1
			if len(words) == 2 {
				if read, err := strconv.Atoi(models.PlainDigits(words[1])); err == nil {
					n = read
				}
			}
			if n < 0 || n > 36500 || !utf8.ValidString(line) || len(line) > 1000 {
				return fmt.Errorf("takes lines with the path of a category and 0 to 36500 days, such as sport 30")
			}
			days[strings.Trim(words[0], "/")] = n
		}
		if len(days) > MaxSectionDays {
			return fmt.Errorf("takes at most %d lines", MaxSectionDays)
		}
		*field(s) = days
		return nil
	}}
}

func number(least, most int, field func(*Settings) *int) Input {
	return Input{Kind: Number, Least: float64(least), Most: float64(most), set: func(s *Settings, v string) error {
		n, err := strconv.Atoi(models.PlainDigits(v))
		if err != nil || n < least || n > most {
			return fmt.Errorf("takes a whole number from %d to %d", least, most)
		}
		*field(s) = n
		return nil
	}}
}

func decimal(least, most float64, field func(*Settings) *float64) Input {
	return Input{Kind: Decimal, Least: least, Most: most, set: func(s *Settings, v string) error {
		n, err := strconv.ParseFloat(models.PlainDigits(v), 64)
		if err != nil || !(n >= least && n <= most) {
			return fmt.Errorf("takes a number from %v to %v", least, most)
		}
		*field(s) = n
		return nil
	}}
}

// orAuto also takes "auto", or the empty value for the same.
func orAuto(fixed Input, auto func(*Settings)) Input {
	return Input{Kind: OrAuto, Least: fixed.Least, Most: fixed.Most, set: func(s *Settings, v string) error {
		if v == "" || strings.EqualFold(v, "auto") {
			auto(s)
			return nil
		}
		if err := fixed.set(s, v); err != nil {
			return fmt.Errorf("%w, or auto", err)
		}
		return nil
	}}
}

func instant(field func(*Settings) *time.Time) Input {
	return Input{Kind: Instant, set: func(s *Settings, v string) error {
		*field(s) = time.Time{}
		if v == "" {
			return nil
		}
		at, err := time.Parse(time.RFC3339, v)
		if err != nil {
			return fmt.Errorf("takes an instant such as 2026-11-20T15:04:05Z, or nothing")
		}
		*field(s) = at.UTC()
		return nil
	}}
}

func duration(unit time.Duration, least, most int, field func(*Settings) *time.Duration) Input {
	return Input{Kind: Number, Least: float64(least), Most: float64(most), set: func(s *Settings, v string) error {
		var n int
		if err := number(least, most, func(*Settings) *int { return &n }).set(s, v); err != nil {
			return err
		}
		*field(s) = time.Duration(n) * unit
		return nil
	}}
}

func days(least, most int, field func(*Settings) *time.Duration) Input {
	return duration(24*time.Hour, least, most, field)
}

func seconds(least, most int, field func(*Settings) *time.Duration) Input {
	return duration(time.Second, least, most, field)
}

func minutes(least, most int, field func(*Settings) *time.Duration) Input {
	return duration(time.Minute, least, most, field)
}

// Limits of a word list.
const (
	MaxListTerms = 100_000
	MaxListBytes = 4 << 20
)

// IsWordList reports whether a setting's value is a list of terms for
// comments.
func IsWordList(key string) bool { return key == "comment.hold-words" || key == "comment.trash-words" }

// wordList takes terms, one a line, and leaves out blank lines.
func wordList(field func(*Settings) *string) Input {
	return Input{Kind: Words, Most: MaxListTerms, set: func(s *Settings, v string) error {
		if len(v) > MaxListBytes || !utf8.ValidString(v) {
			return fmt.Errorf("takes at most %d bytes of text", MaxListBytes)
		}
		var terms []string
		for line := range strings.Lines(v) {
			if line = strings.TrimSpace(line); line != "" {
				terms = append(terms, line)
			}
		}
		if len(terms) > MaxListTerms {
			return fmt.Errorf("takes at most %d terms", MaxListTerms)
		}
		*field(s) = strings.Join(terms, "\n")
		return nil
	}}
}

func flag(field func(*Settings) *bool) Input {
	return Input{Kind: Flag, set: func(s *Settings, v string) error {
		b, err := strconv.ParseBool(v)
		if err != nil {
			return fmt.Errorf("takes true or false")
		}
		*field(s) = b
		return nil
	}}
}

func setLanguage(s *Settings, v string) error {
	tag, err := language.Parse(v)
	if err != nil {
		return fmt.Errorf("takes a language tag such as en or ar")
	}
	s.Language = tag.String()
	return nil
}

func setTimeZone(s *Settings, v string) error {
	zone, err := time.LoadLocation(v)
	if err != nil || v == "" || v == "Local" {
		return fmt.Errorf("takes a name of the time zone database such as Europe/Oslo")
	}
	s.TimeZone = zone
	return nil
}

func weekday(field func(*Settings) *time.Weekday) Input {
	in := Input{Kind: Choice}
	for day := time.Sunday; day <= time.Saturday; day++ {
		in.Choices = append(in.Choices, strings.ToLower(day.String()))
	}
	in.set = func(s *Settings, v string) error {
		day := slices.Index(in.Choices, strings.ToLower(v))
		if day < 0 {
			return fmt.Errorf("takes a day such as monday")
		}
		*field(s) = time.Weekday(day)
		return nil
	}
	return in
}

// webAddress takes an absolute address of the web, or nothing.
func webAddress(field func(*Settings) *string) Input {
	return Input{Kind: Address, set: func(s *Settings, v string) error {
		u, err := url.Parse(v)
		if v != "" && (err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil || len(v) > 1000) {
			return fmt.Errorf("takes an address such as https://hub.example/, or nothing")
		}
		*field(s) = v
		return nil
	}}
}

// oneOf takes one of a few words.
func oneOf[T ~string](list []T, field func(*Settings) *T) Input {
	in := Input{Kind: Choice}
	for _, v := range list {
		in.Choices = append(in.Choices, string(v))
	}
	in.set = func(s *Settings, v string) error {
		if !slices.Contains(in.Choices, v) {
			return fmt.Errorf("takes one of %s", strings.Join(in.Choices, ", "))
		}
		*field(s) = T(v)
		return nil
	}
	return in
}

// PermalinkTokens are the parts an article's address can be made of, by the
// names WordPress gives them.
var PermalinkTokens = []string{"year", "monthnum", "day", "hour", "minute", "second", "post_id", "postname", "category", "author"}

var permalinkToken = regexp.MustCompile(`%[^%/]*%`)

func setPermalinks(s *Settings, v string) error {
	unique := false
	rest := permalinkToken.ReplaceAllStringFunc(v, func(token string) string {
		name := strings.Trim(token, "%")
		unique = unique || name == "postname" || name == "post_id"
		for _, known := range PermalinkTokens {
			if name == known {
				return "x"
			}
		}
		return token
	})
	switch u, err := url.Parse(rest); {
	case err != nil || u.Path != rest || !strings.HasPrefix(rest, "/") || strings.Contains(rest, "%") || strings.Contains(rest, "//"):
		return fmt.Errorf("takes a path that starts with / and is made of words and the tokens %%%s%%",
			strings.Join(PermalinkTokens, "%, %"))
	case !unique:
		return fmt.Errorf("needs %%postname%% or %%post_id%%, so that an address means one article")
	}
	s.Permalinks = v
	return nil
}

// CleanLanguage returns a language tag in its canonical form, "" for a text that is
// no language tag.
func CleanLanguage(v string) string {
	tag, err := language.Parse(v)
	if err != nil || v == "" {
		return ""
	}
	return tag.String()
}

// checkPermalinks refuses patterns that begin with a reserved part. A stored
// pattern of that kind still loads: its articles are at /-/ID/ then.
func checkPermalinks(v string) error {
	first, _, _ := strings.Cut(strings.TrimPrefix(v, "/"), "/")
	if models.ReservedSegment(first) {
		return models.Errorf(models.Invalid, "must not begin with /%s/: other pages of the site are there", first)
	}
	return nil
}
