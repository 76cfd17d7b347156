package searchindex

import (
	"context"
	"slices"
	"strings"

	"broadsheet/models"
)

// longestWord is the longest word that is counted, in bytes.
const longestWord = 80

// addWords counts the words of new entries in the parts of search_words.
func addWords(ctx context.Context, tx *models.Tx, parts []string, list []*entry) error {
	counts := map[string]int{}
	for _, e := range list {
		for word := range e.bag.Words() {
			if len(word) > 1 && len(word) <= longestWord {
				counts[word]++
			}
		}
	}
	// In order, so that two transactions lock the rows in the same order.
	words := make([]string, 0, len(counts))
	for word := range counts {
		words = append(words, word)
	}
	slices.Sort(words)
	for _, part := range parts {
		for some := range slices.Chunk(words, 500) {
			args := make([]any, 0, 3*len(some))
			for _, word := range some {
				args = append(args, part, word, counts[word])
			}
			groups := strings.TrimSuffix(strings.Repeat("(?, ?, ?), ", len(some)), ", ")
			err := tx.Query(ctx).Exec("INSERT INTO search_words (part, word, docs) VALUES "+groups+
				" ON CONFLICT (part, word) DO UPDATE SET docs = search_words.docs + excluded.docs", args...).Error
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// Word is a word of the articles.
type Word struct {
	Word string
	Docs int // articles that have it, about
}

// WordCounts returns those of the words that articles have.
func WordCounts(ctx context.Context, r models.Queryer, words []string) (map[string]int, error) {
	counts := map[string]int{}
	for some := range slices.Chunk(words, 500) {
		var list []Word
		err := r.Query(ctx).Raw(`SELECT word, docs FROM search_words
			WHERE part = (SELECT current FROM search_state) AND word IN ?`, some).Scan(&list).Error
		if err != nil {
			return nil, err
		}
		for _, w := range list {
			counts[w.Word] = w.Docs
		}
	}
	return counts, nil
}

// WordsWithPrefix returns words that begin so, in order, at most limit of them.
func WordsWithPrefix(ctx context.Context, r models.Queryer, prefix string, limit int) (list []Word, err error) {
	err = r.Query(ctx).Raw(`SELECT word, docs FROM search_words
		WHERE part = (SELECT current FROM search_state) AND word >= ? AND word < ? ORDER BY word LIMIT ?`,
		prefix, prefix+"\U0010FFFF", limit).Scan(&list).Error
	return list, err
}

// Languages returns the languages that words are stemmed in.
func Languages(ctx context.Context, r models.Queryer) (list []string, err error) {
	err = r.Query(ctx).Raw("SELECT language FROM search_languages ORDER BY language LIMIT ?", mostLanguages).Scan(&list).Error
	return list, err
}

// mostLanguages limits the stems of a word in a query.
const mostLanguages = 12
