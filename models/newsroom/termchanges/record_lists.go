package termchanges

import (
	"context"
	"encoding/json"
	"slices"

	"broadsheet/models"
	"broadsheet/models/newsroom/taxonomy"
)

// listBatch is the number of rows or owners in one statement.
const listBatch = 1000

// listTable is a table with terms in an order, or with chosen categories, by owner.
type listTable struct {
	name, owner, term string
	placed            bool // the rows have a position
	role              bool // the rows have a role
}

// articles reports whether the owners are articles.
func (t listTable) articles() bool { return t.owner == "article_id" }

// listTables returns the tables that refer to terms of a kind.
func listTables(kind taxonomy.Kind) []listTable {
	switch kind {
	case taxonomy.CategoryKind:
		return []listTable{
			{"article_categories", "article_id", "category_id", true, false},
			{"user_sections", "user_id", "category_id", false, false},
			{"invitation_sections", "invitation_id", "category_id", false, false},
			{"digest_choices", "subscription_id", "category_id", false, false},
		}
	case taxonomy.TagKind:
		return []listTable{{"article_tags", "article_id", "tag_id", true, false}}
	default:
		return []listTable{{"article_authors", "article_id", "author_id", true, true}}
	}
}

// listRow is a row of a list without its owner. Term is nil for a chosen category that was
// removed.
type listRow struct {
	Position int    `json:"p,omitempty"`
	Term     *int64 `json:"t"`
	Role     string `json:"r,omitempty"`
}

// ownersOf returns the owners that have one of the terms.
func (t listTable) ownersOf(ctx context.Context, tx *models.Tx, terms []int64) (owners []int64, err error) {
	err = tx.Query(ctx).Table(t.name).Where(t.term+" IN ?", terms).Distinct(t.owner).Order(t.owner).Pluck(t.owner, &owners).Error
	return owners, err
}

// read reads the rows of owners into lists, as JSON. An owner without rows gets an empty
// list.
func (t listTable) read(ctx context.Context, tx *models.Tx, owners []int64, lists map[changedList]string) error {
	position, role := "0", "''"
	if t.placed {
		position = "position"
	}
	if t.role {
		role = "role"
	}
	for some := range slices.Chunk(owners, listBatch) {
		var found []struct {
			OwnerID  int64
			Position int
			Term     *int64
			Role     string
		}
		err := tx.Query(ctx).Raw("SELECT "+t.owner+" AS owner_id, "+position+" AS position, "+t.term+" AS term, "+role+" AS role FROM "+
			t.name+" WHERE "+t.owner+" IN ? ORDER BY 1, 2, 3", some).Scan(&found).Error
		if err != nil {
			return err
		}
		rows := map[int64][]listRow{}
		for _, row := range found {
			rows[row.OwnerID] = append(rows[row.OwnerID], listRow{row.Position, row.Term, row.Role})
		}
		for _, owner := range some {
			text, err := json.Marshal(rows[owner])
			if err != nil {
				return err
			}
			lists[changedList{List: t.name, OwnerID: owner}] = string(text)
		}
	}
	return nil
}

// write replaces the rows of owners.
func (t listTable) write(ctx context.Context, tx *models.Tx, lists map[int64][]listRow, owners []int64) error {
	for some := range slices.Chunk(owners, listBatch) {
		if err := tx.Query(ctx).Exec("DELETE FROM "+t.name+" WHERE "+t.owner+" IN ?", some).Error; err != nil {
			return err
		}
		var rows []map[string]any
		for _, owner := range some {
			for _, row := range lists[owner] {
				values := map[string]any{t.owner: owner, t.term: row.Term}
				if t.placed {
					values["position"] = row.Position
				}
				if t.role {
					values["role"] = row.Role
				}
				rows = append(rows, values)
			}
		}
		if len(rows) == 0 {
			continue
		}
		if err := tx.Query(ctx).Table(t.name).CreateInBatches(rows, listBatch).Error; err != nil {
			return err
		}
	}
	return nil
}
