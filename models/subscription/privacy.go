package subscription

import (
	"context"

	"broadsheet/models"
)

// Exported is a subscription as its owner gets it.
type Exported struct {
	Subscription
	Lists []int64
}

// Export returns the subscriptions of some addresses.
func Export(ctx context.Context, r models.Queryer, emails []string) (list []Exported, err error) {
	var rows []Subscription
	if err := r.Query(ctx).Where("email IN ?", emails).Order("id").Find(&rows).Error; err != nil {
		return nil, err
	}
	for _, s := range rows {
		lists, err := ListsOf(ctx, r, s.ID)
		if err != nil {
			return nil, err
		}
		list = append(list, Exported{s, lists})
	}
	return list, nil
}

// Forget deletes the subscription of an address whose owner asks for it.
func Forget(ctx context.Context, tx *models.Tx, email string) error {
	var ids []int64
	if err := tx.Query(ctx).Model(&Subscription{}).Where("email = ?", email).Pluck("id", &ids).Error; err != nil {
		return err
	}
	return remove(ctx, tx, ids)
}

// ForgetRequests deletes the unconfirmed requests that some browsers sent. tokens
// are the stored forms of the browsers' tokens.
func ForgetRequests(ctx context.Context, tx *models.Tx, tokens []string) error {
	var ids []int64
	err := tx.Query(ctx).Model(&Subscription{}).Where("confirmed_at IS NULL AND token_hash IN ? AND token_hash <> ''", tokens).
		Pluck("id", &ids).Error
	if err != nil {
		return err
	}
	return remove(ctx, tx, ids)
}
