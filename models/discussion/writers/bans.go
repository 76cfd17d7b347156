package writers

import (
	"context"
	"slices"
	"strings"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/discussion/writernotes"
	"broadsheet/models/people/bans"
)

// mostBans is the number of bans that a writer's page shows.
const mostBans = 50

// Bans returns the bans and the trust that mean the writer, in force and past, the
// newest first: those on the browser or address, and those on the address's domain.
// setBy is the account that set them, 0 for all.
func (w Writer) Bans(ctx context.Context, r models.Queryer, setBy int64) ([]bans.Ban, error) {
	targets, err := w.Targets(ctx, r)
	if err != nil || len(targets) == 0 {
		return nil, err
	}
	q := r.Query(ctx).Order("id DESC").Limit(mostBans)
	either := r.Query(ctx).Where("1 = 0")
	for _, t := range targets {
		either = either.Or("mark = ? AND value = ?", t.Mark, t.Value)
		if _, domain, ok := strings.Cut(t.Value, "@"); ok {
			either = either.Or("mark = ? AND value IN ?", bans.TargetDomain, withParents(domain))
		}
	}
	if setBy != 0 {
		q = q.Where("set_by_id = ?", setBy)
	}
	var list []bans.Ban
	return list, q.Where(either).Find(&list).Error
}

// withParents returns a domain and the domains above it.
func withParents(domain string) (list []string) {
	for domain != "" {
		list = append(list, domain)
		_, domain, _ = strings.Cut(domain, ".")
	}
	return list
}

// Mark adds to each entry the number of notes, and the bans in force on the writer's own
// browser or address. It does not ask for the addresses of accounts.
func Mark(ctx context.Context, r models.Queryer, list []Entry, setBy int64) error {
	if len(list) == 0 {
		return nil
	}
	var values []string
	for _, e := range list {
		values = append(values, e.Value)
	}
	var notes []struct {
		Kind  writernotes.Kind
		Value string
		Notes int
	}
	err := r.Query(ctx).Model(&writernotes.Note{}).Select("kind, value, COUNT(*) AS notes").
		Where("kind IN ? AND value IN ?", writernotes.Kinds, values).Group("kind, value").Scan(&notes).Error
	if err != nil {
		return err
	}
	q := r.Query(ctx).Where("mark IN ? AND value IN ?", []bans.Target{bans.TargetBrowser, bans.TargetEmail}, values).
		Where("ended_at IS NULL AND (ends_at IS NULL OR ends_at > ?)", nowOf(r)).Order("id DESC")
	if setBy != 0 {
		q = q.Where("set_by_id = ?", setBy)
	}
	var inForce []bans.Ban
	if err := q.Find(&inForce).Error; err != nil {
		return err
	}
	for i := range list {
		e := &list[i]
		for _, n := range notes {
			if n.Kind == e.Kind && n.Value == e.Value {
				e.Notes = n.Notes
			}
		}
		for _, ban := range inForce {
			has := slices.ContainsFunc(e.Bans, func(b bans.Ban) bool { return b.ID == ban.ID })
			if ban.Value == e.Value && !has {
				e.Bans = append(e.Bans, ban)
			}
		}
	}
	return nil
}

// UndoableBan returns a ban that an account can take back now, nil if it cannot.
func UndoableBan(ctx context.Context, r models.Queryer, user, id int64, now time.Time) (*bans.Ban, error) {
	return models.First[bans.Ban](r.Query(ctx).Where("id = ? AND set_by_id = ? AND ended_at IS NULL AND created_at > ?",
		id, user, models.At(now.Add(-discussion.UndoWindow))))
}

// UndoBan takes back a ban within [discussion.UndoWindow] of its setting: it ends the
// ban, and gives the bans that it replaced their force again. It refuses with
//
//	NotFound                there is no such ban
//	Forbidden no-right      another account has set it
//	Gone      undo-late     it was set longer ago
//	Conflict  undone-by-you it is over already
func UndoBan(ctx context.Context, db *models.DB, actor models.Actor, id int64) error {
	return db.Write(ctx, func(tx *models.Tx) error {
		ban, err := models.First[bans.Ban](tx.Lock(ctx).Where("id = ?", id))
		switch {
		case err != nil:
			return err
		case ban == nil:
			return models.Errorf(models.NotFound, "there is no ban %d", id)
		case ban.SetByID == nil || actor.UserID == nil || *ban.SetByID != *actor.UserID:
			return models.Refusal(models.Forbidden, "no-right", "another moderator has set this ban")
		case !ban.EndedAt.IsZero():
			return models.Refusal(models.Conflict, "undone-by-you", "this was taken back already")
		case tx.Now.Sub(ban.CreatedAt.Time) > discussion.UndoWindow:
			return models.Refusal(models.Gone, "undo-late", "a ban can be taken back for ten minutes")
		}
		err = tx.Query(ctx).Model(&bans.Ban{}).Where("id = ?", id).
			UpdateColumns(map[string]any{"ended_at": models.At(tx.Now), "ended_by": actor.Name}).Error
		if err != nil {
			return err
		}
		tx.Touch(bans.Tag)
		return tx.Query(ctx).Model(&bans.Ban{}).
			Where("mark = ? AND value = ? AND id < ? AND ended_at = ?", ban.Target, ban.Value, id, ban.CreatedAt).
			Where("ends_at IS NULL OR ends_at > ?", models.At(tx.Now)).
			UpdateColumns(map[string]any{"ended_at": nil, "ended_by": ""}).Error
	})
}
