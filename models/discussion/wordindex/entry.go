package wordindex

import (
	"context"
	"net/url"
	"strings"

	"broadsheet/models"
	"broadsheet/models/terms"

	"gorm.io/gorm/clause"
)

// Version counts the changes of entries. Those of another version are written again.
const Version = terms.AnalyserVersion

// Entry has the texts that a comment is found by.
type Entry struct {
	ID       int64
	Author   string
	Text     string // without markup
	Language string // BCP 47; words are also found by their stems in it
	Hosts    []string
	Rules    []string
}

// Kinds of marks, which are search keys beside the words.
const (
	HostMark = "host" // a host that a comment links to, or the host of the commenter's website
	RuleMark = "rule" // a rule that asked for more than publication
)

// mark is a search key of a comment.
type mark struct {
	Kind      string `gorm:"primaryKey"`
	Value     string `gorm:"primaryKey"`
	CommentID int64  `gorm:"primaryKey"`
}

func (mark) TableName() string { return "comment_marks" }

// marksAtOnce is the number of marks in one statement.
const marksAtOnce = 300

// Add adds entries of comments that have none.
func Add(ctx context.Context, tx *models.Tx, entries []Entry) error {
	var marks []mark
	for _, e := range entries {
		words, wordsArg := tx.Dialect().Words(termsOf(e.Text, e.Language))
		author, authorArg := tx.Dialect().Words(termsOf(e.Author, ""))
		err := tx.Query(ctx).Exec("INSERT INTO comment_words (docid, words, author) VALUES (?, "+words+", "+author+")",
			e.ID, wordsArg, authorArg).Error
		if err != nil {
			return err
		}
		for kind, values := range map[string][]string{HostMark: e.Hosts, RuleMark: e.Rules} {
			for _, v := range values {
				marks = append(marks, mark{kind, v, e.ID})
			}
		}
	}
	if len(marks) == 0 {
		return nil
	}
	return tx.Query(ctx).Clauses(clause.OnConflict{DoNothing: true}).CreateInBatches(marks, marksAtOnce).Error
}

func termsOf(text, language string) []string {
	b := terms.NewBag()
	b.AddText(terms.Units(text, terms.MaxUnits), terms.StemLanguage(language))
	return b.Terms()
}

// Remove removes the entries of comments.
func Remove(ctx context.Context, tx *models.Tx, ids []int64) error {
	for _, table := range []string{"comment_words WHERE docid", "comment_marks WHERE comment_id"} {
		if err := tx.Query(ctx).Exec("DELETE FROM "+table+" IN ?", ids).Error; err != nil {
			return err
		}
	}
	return nil
}

// Hosts returns the hosts of web addresses, as [Entry.Hosts] has them.
func Hosts(addresses []string) (hosts []string) {
	for _, address := range addresses {
		if u, err := url.Parse(address); err == nil && u.Hostname() != "" {
			hosts = append(hosts, strings.ToLower(strings.TrimPrefix(u.Hostname(), "www.")))
		}
	}
	return hosts
}
