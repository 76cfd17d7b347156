package taxonomy

import (
	"context"

	"broadsheet/models"
)

// Lead is an earlier slug or name of a tag or an author, and the term that it leads to.
type Lead struct {
	Name bool   // it is a name, in the form in which names are compared; else a slug
	Text string // the slug or the name
	Ref  *int64 // nil if the term was removed
}

// NameKey returns the form in which names are compared.
func NameKey(name string) string { return nameKey(name) }

// Leads returns the leads of a kind to some terms, and those of some slugs and names.
func Leads(ctx context.Context, r models.Queryer, kind Kind, refs []int64, slugs, names []string) (list []Lead, err error) {
	var addresses []termAddress
	err = r.Query(ctx).Where("kind = ? AND (ref IN ? OR slug IN ?)", kind, refs, slugs).Order("slug").Find(&addresses).Error
	if err != nil {
		return nil, err
	}
	var called []termName
	err = r.Query(ctx).Where("kind = ? AND (ref IN ? OR name IN ?)", kind, refs, names).Order("name").Find(&called).Error
	for _, a := range addresses {
		list = append(list, Lead{Text: a.Slug, Ref: a.Ref})
	}
	for _, n := range called {
		list = append(list, Lead{Name: true, Text: n.Name, Ref: n.Ref})
	}
	return list, err
}

// SetLead stores a lead.
func SetLead(ctx context.Context, tx *models.Tx, kind Kind, l Lead) error {
	if l.Name {
		return tx.Query(ctx).Save(&termName{kind, l.Text, l.Ref}).Error
	}
	return tx.Query(ctx).Save(&termAddress{kind, l.Text, l.Ref}).Error
}

// DropLead removes a lead.
func DropLead(ctx context.Context, tx *models.Tx, kind Kind, l Lead) error {
	if l.Name {
		return models.Exec(ctx, tx, "DELETE FROM term_names WHERE kind = ? AND name = ?", kind, l.Text)
	}
	return models.Exec(ctx, tx, "DELETE FROM term_addresses WHERE kind = ? AND slug = ?", kind, l.Text)
}
