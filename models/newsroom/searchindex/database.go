package searchindex

import (
	"context"
	"strings"

	"broadsheet/models"
	"broadsheet/models/terms"
)

// insertDoc inserts an entry. parts are the tables of SQLite.
func insertDoc(ctx context.Context, tx *models.Tx, parts []string, docid int64, e *entry) error {
	list := e.bag.Terms()
	if tx.Dialect() == models.Postgres {
		return models.Exec(ctx, tx, "INSERT INTO search_docs (docid, article_id, terms) VALUES (?, ?, CAST(? AS TSVECTOR))",
			docid, e.article, literal(list))
	}
	if err := models.Exec(ctx, tx, "INSERT INTO search_docs (docid, article_id) VALUES (?, ?)", docid, e.article); err != nil {
		return err
	}
	for _, part := range parts {
		if err := insertTerms(ctx, tx, part, docid, e); err != nil {
			return err
		}
	}
	return nil
}

// insertTerms inserts the terms of an entry into a table of SQLite.
func insertTerms(ctx context.Context, tx *models.Tx, part string, docid int64, e *entry) error {
	return models.Exec(ctx, tx, "INSERT INTO "+tableOf(part)+" (docid, terms) VALUES (?, ?)", docid, strings.Join(e.bag.Terms(), " "))
}

// tableOf returns SQLite's table of a part.
func tableOf(part string) string {
	if part == "b" {
		return "search_terms_b"
	}
	return "search_terms_a"
}

// literal returns PostgreSQL's text form of a tsvector. Terms have no quotation
// marks.
func literal(list []string) string {
	var b strings.Builder
	for _, term := range list {
		b.WriteByte('\'')
		b.WriteString(term)
		b.WriteString("' ")
	}
	return b.String()
}

// expression returns the condition of a match in the query language of FTS4 or of
// tsquery.
func (m *Match) expression(d models.Dialect, more ...terms.Need) string {
	and, or, not, quote := " & ", " | ", " & !", "'"
	if d == models.SQLite {
		and, or, not, quote = " AND ", " OR ", " NOT ", ""
	}
	group := func(list terms.Need) string {
		return "(" + quote + strings.Join(list, quote+or+quote) + quote + ")"
	}
	var parts []string
	for _, need := range append(m.Needs[:len(m.Needs):len(m.Needs)], more...) {
		parts = append(parts, group(need))
	}
	text := "(" + strings.Join(parts, and) + ")"
	if len(m.Not) > 0 {
		text += not + m.excluded(d, group)
	}
	return text
}

// excluded returns the alternatives that a match must not have. Each is a list of
// needs that a text meets together.
func (m *Match) excluded(d models.Dialect, group func(terms.Need) string) string {
	and, or := " & ", " | "
	if d == models.SQLite {
		and, or = " AND ", " OR "
	}
	var parts []string
	for _, needs := range m.Not {
		var all []string
		for _, need := range needs {
			all = append(all, group(need))
		}
		parts = append(parts, "("+strings.Join(all, and)+")")
	}
	return "(" + strings.Join(parts, or) + ")"
}

// newest runs a match with an expression.
func (m *Match) newest(ctx context.Context, r models.Queryer, s *state, expression string) (list []Found, err error) {
	query := "SELECT found AS docid, article FROM search_newest(CAST(? AS TSQUERY), ?, ?, ?)"
	if r.Dialect() == models.SQLite {
		// CROSS JOIN keeps the order of the tables, so that entries come by docid.
		// Entries without a document belong to former versions of articles.
		table := tableOf(s.Current)
		query = "SELECT d.docid, d.article_id FROM " + table + " t CROSS JOIN search_docs d ON d.docid = t.docid WHERE t." +
			table + " MATCH ? AND t.docid >= ? AND t.docid <= ? ORDER BY t.docid DESC LIMIT ?"
	}
	rows, err := models.QueryRows(ctx, r, query, expression, m.First, m.Last, m.Most)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var f Found
		if err := rows.Scan(&f.Docid, &f.Article); err != nil {
			return nil, err
		}
		list = append(list, f)
	}
	return list, rows.Err()
}

// updateTerms writes the terms of an entry that has a document already. part is
// being built.
func updateTerms(ctx context.Context, tx *models.Tx, part string, docid int64, e *entry) error {
	if tx.Dialect() == models.Postgres {
		return models.Exec(ctx, tx, "UPDATE search_docs SET terms = CAST(? AS TSVECTOR) WHERE docid = ?", literal(e.bag.Terms()), docid)
	}
	return insertTerms(ctx, tx, part, docid, e)
}

// deleted is how many rows a transaction deletes.
const deleted = 2000

// deletePart deletes some rows of a part that does not answer. It returns how many.
// SQLite deletes the rows of a virtual table at once only, so the rows behind it
// are deleted.
func deletePart(ctx context.Context, tx *models.Tx, part string) (n int64, err error) {
	statements := []string{`DELETE FROM search_words WHERE part = ? AND word IN (SELECT word FROM search_words WHERE part = ? LIMIT ?)`}
	args := [][]any{{part, part, deleted}}
	if tx.Dialect() == models.SQLite {
		table := tableOf(part)
		statements = append(statements, "DELETE FROM "+table+"_segdir",
			"DELETE FROM "+table+"_segments WHERE blockid IN (SELECT blockid FROM "+table+"_segments LIMIT ?)")
		args = append(args, nil, []any{deleted / 4})
	}
	for i, statement := range statements {
		done := tx.Query(ctx).Exec(statement, args[i]...)
		if done.Error != nil {
			return n, done.Error
		}
		n += done.RowsAffected
	}
	return n, nil
}

// isEmpty reports whether a part has no rows.
func isEmpty(ctx context.Context, r models.Queryer, part string) (bool, error) {
	queries := []string{"SELECT 1 FROM search_words WHERE part = '" + part + "' LIMIT 1"}
	if r.Dialect() == models.SQLite {
		table := tableOf(part)
		queries = append(queries, "SELECT 1 FROM "+table+"_segdir LIMIT 1", "SELECT 1 FROM "+table+"_segments LIMIT 1")
	}
	for _, query := range queries {
		var one int
		if found, err := models.QueryRow(ctx, r, []any{&one}, query); err != nil || found {
			return false, err
		}
	}
	return true, nil
}
