package collection

import (
	"context"
	"slices"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/newsroom"
)

// condition names a condition that the rows of a source may fulfil already.
type condition int

const (
	onNothing condition = iota
	onIDs
	onSlugs
	onAuthors
	onCategories
	onTags
	onTaxonomies // Categories or Tags
	onModified
)

// conditions are the conditions of a scan, joined by AND.
type conditions struct {
	parts []string
	args  []any
}

func (c *conditions) add(text string, args ...any) {
	c.parts, c.args = append(c.parts, text), append(c.args, args...)
}

func (c *conditions) sql() string {
	if len(c.parts) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(c.parts, " AND ")
}

// conditions returns the conditions that the rows of a source do not fulfil already.
func (q Articles) conditions(site *newsroom.Site, from source) (c conditions) {
	if len(q.IDs) > 0 && from.implies != onIDs {
		c.add("d.article_id IN ("+marks(len(q.IDs))+")", anys(q.IDs)...)
	}
	if len(q.Slugs) > 0 && from.implies != onSlugs {
		c.add("a.slug IN ("+marks(len(q.Slugs))+")", anys(q.Slugs)...)
	}
	if len(q.ExceptIDs) > 0 {
		c.add("d.article_id NOT IN ("+marks(len(q.ExceptIDs))+")", anys(q.ExceptIDs)...)
	}
	if len(q.Authors) > 0 && from.implies != onAuthors {
		c.add(has("article_authors", "author_id", q.Authors), anys(q.Authors)...)
	}
	if len(q.ExceptAuthors) > 0 {
		c.add("NOT "+has("article_authors", "author_id", q.ExceptAuthors), anys(q.ExceptAuthors)...)
	}
	q.taxonomies(site, from, &c)
	if !from.dated {
		if !q.After.IsZero() {
			c.add("a.local_time > ?", q.After.Format(newsroom.LocalTimeLayout))
		}
		if !q.Before.IsZero() {
			c.add("a.local_time < ?", q.Before.Format(newsroom.LocalTimeLayout))
		}
	}
	if from.implies != onModified {
		q.modifiedBounds(&c)
	}
	return c
}

// modifiedBounds adds the bounds of the instant of the last change. It has whole
// seconds.
func (q Articles) modifiedBounds(c *conditions) {
	if !q.ModifiedAfter.IsZero() {
		c.add(modified+" >= ?", models.At(q.ModifiedAfter.Truncate(time.Second).Add(time.Second)))
	}
	if !q.ModifiedBefore.IsZero() {
		c.add(modified+" < ?", models.At(q.ModifiedBefore.Truncate(time.Second)))
	}
}

// taxonomies adds the conditions on categories and tags.
func (q Articles) taxonomies(site *newsroom.Site, from source, c *conditions) {
	var categories, tags conditions
	q.Categories.add(site, "article_categories", "category_id", &categories)
	q.Tags.add(nil, "article_tags", "tag_id", &tags)
	switch {
	case q.AnyTaxonomy && len(categories.parts) > 0 && len(tags.parts) > 0:
		if from.implies != onTaxonomies {
			c.add("("+strings.Join(categories.parts, " AND ")+" OR "+strings.Join(tags.parts, " AND ")+")",
				append(categories.args, tags.args...)...)
		}
	default:
		if from.implies != onCategories {
			c.parts, c.args = append(c.parts, categories.parts...), append(c.args, categories.args...)
		}
		if from.implies != onTags {
			c.parts, c.args = append(c.parts, tags.parts...), append(c.args, tags.args...)
		}
	}
	for _, except := range []struct {
		terms         Terms
		table, column string
	}{{q.ExceptCategories, "article_categories", "category_id"}, {q.ExceptTags, "article_tags", "tag_id"}} {
		if ids := except.terms.with(site); len(ids) > 0 {
			c.add("NOT "+has(except.table, except.column, ids), anys(ids)...)
		}
	}
}

// add adds the condition on terms of one table.
func (t Terms) add(site *newsroom.Site, table, column string, c *conditions) {
	switch {
	case len(t.IDs) == 0:
	case t.All:
		for _, id := range t.IDs {
			ids := Terms{IDs: []int64{id}, Children: t.Children}.with(site)
			c.add(has(table, column, ids), anys(ids)...)
		}
	default:
		ids := t.with(site)
		c.add(has(table, column, ids), anys(ids)...)
	}
}

// with returns the ids of the terms, with those of the categories below them if the
// terms say so.
func (t Terms) with(site *newsroom.Site) []int64 {
	if !t.Children || site == nil {
		return t.IDs
	}
	var ids []int64
	for _, id := range t.IDs {
		ids = append(append(ids, id), site.Categories.Below(id)...)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// has returns the condition that an article has one of some terms.
func has(table, column string, ids []int64) string {
	return "EXISTS (SELECT 1 FROM " + table + " x WHERE x.article_id = d.article_id AND x." + column + " IN (" + marks(len(ids)) + "))"
}

// marks returns n placeholders.
func marks(n int) string { return strings.TrimSuffix(strings.Repeat("?, ", n), ", ") }

func anys[T any](list []T) []any {
	args := make([]any, len(list))
	for i, v := range list {
		args[i] = v
	}
	return args
}

// choice is some lists that together contain the result of a query.
type choice struct {
	lists   []newsroom.List
	total   int       // articles in them, with repeats
	implies condition // fulfilled by all of their articles
}

// smallest returns the lists with the fewest articles that together contain the
// result. It returns none if no term is asked for.
func (q Articles) smallest(ctx context.Context, r models.Queryer, site *newsroom.Site) (best choice, err error) {
	consider := func(c choice) {
		if err != nil || len(c.lists) == 0 || len(c.lists) > maxUnion {
			return
		}
		for _, l := range c.lists {
			n, countErr := listing{r, l}.from(ctx, startOfTime)
			if countErr != nil {
				err = countErr
				return
			}
			c.total += n
		}
		if best.lists == nil || c.total < best.total {
			best = c
		}
	}
	consider(choice{lists: listsOf(newsroom.AuthorArticles, q.Authors), implies: onAuthors})
	categories, exact := q.Categories.lists(newsroom.CategoryArticles, site)
	tags, _ := q.Tags.lists(newsroom.TagArticles, site)
	if q.AnyTaxonomy && len(categories) > 0 && len(tags) > 0 {
		c := choice{lists: slices.Concat(categories, tags)}
		if exact && !q.Categories.All && !q.Tags.All {
			c.implies = onTaxonomies
		}
		consider(c)
		return best, err
	}
	for _, each := range []struct {
		lists   []newsroom.List
		all     bool
		implies condition
	}{{categories, q.Categories.All, onCategories}, {tags, q.Tags.All, onTags}} {
		switch {
		case each.all && len(each.lists) > 1:
			for _, l := range each.lists[:min(maxUnion, len(each.lists))] {
				consider(choice{lists: []newsroom.List{l}})
			}
		case each.implies == onCategories && !exact:
			consider(choice{lists: each.lists})
		default:
			consider(choice{lists: each.lists, implies: each.implies})
		}
	}
	return best, err
}

// lists returns the lists of the terms. exact is false if they may have other
// articles too.
func (t Terms) lists(kind newsroom.ListKind, site *newsroom.Site) (lists []newsroom.List, exact bool) {
	exact = true
	for _, id := range t.IDs {
		one := Terms{IDs: []int64{id}, Children: t.Children}
		exact = exact && (kind != newsroom.CategoryArticles || one.isList(site))
	}
	return listsOf(kind, t.IDs), exact
}

func listsOf(kind newsroom.ListKind, ids []int64) (lists []newsroom.List) {
	for _, id := range ids {
		lists = append(lists, newsroom.List{Kind: kind, Ref: id})
	}
	return lists
}
