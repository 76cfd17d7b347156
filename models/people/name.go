package people

import (
	"context"

	"broadsheet/models"
	"broadsheet/models/names"
	"broadsheet/models/settings"
)

// NameFault is the reason why a person may not use a name.
type NameFault string

// The faults. Their values are codes of interface messages.
const (
	NameTaken    NameFault = "taken"    // it looks like the name of a member of the staff
	NameReserved NameFault = "reserved" // it is a title, or the site's name
)

// CheckGuestName checks a name for a person outside the staff: a guest or,
// with self other than 0, a reader with that account. It returns "" if the
// name may be used. These names may not:
//
//   - names of members of the staff, past and present, and names that look the
//     same, also with a title, in another order, or with the site's name;
//   - titles such as "Moderator" and "Site Admin", in every interface language;
//   - the name of the site.
//
// Words are compared whole, so "Adminah" may be used. Case, spacing,
// punctuation, accents and look-alike letters make no difference, see
// [names.Skeleton].
func CheckGuestName(ctx context.Context, r models.Queryer, siteName, name string, self int64) (NameFault, error) {
	c := names.NewClaim(name, siteName)
	staff, err := staffNames(ctx, r, self)
	if err != nil {
		return "", err
	}
	for _, member := range staff {
		if c.Impersonates(member) {
			return NameTaken, nil
		}
	}
	if c.Reserved {
		return NameReserved, nil
	}
	return "", nil
}

// siteName returns the name of the site.
func siteName(ctx context.Context, r models.Queryer) (string, error) {
	site, err := settings.Load(ctx, r)
	if err != nil {
		return "", err
	}
	return site.Name, nil
}

// checkAccountName checks a name for an account. A subscriber may use the
// names that guests may use. A member of the staff may not use a present or
// earlier name of another one: the log could not tell them apart. It refuses with
//
//	Conflict name-taken     the name is, or looks like, that of another member of the staff
//	Invalid  name-reserved  the name is a title, the site's name, or one that the log uses
func checkAccountName(ctx context.Context, tx *models.Tx, name string, role Role, self int64) error {
	taken := models.Refusal(models.Conflict, "name-taken",
		"this is the name of another member of the staff, past or present, or looks like it: add an initial or a second name")
	reserved := models.Refusal(models.Invalid, "name-reserved",
		"this name is reserved: it is a title, the paper's own name, or a name that the log uses")
	look := names.Skeleton(name)
	for _, actor := range models.SystemActors() {
		if look == names.Skeleton(actor.Name) {
			return reserved
		}
	}
	paper, err := siteName(ctx, tx)
	if err != nil {
		return err
	}
	if role == Subscriber {
		fault, err := CheckGuestName(ctx, tx, paper, name, self)
		switch fault {
		case NameTaken:
			return taken
		case NameReserved:
			return reserved
		}
		return err
	}
	staff, err := staffNames(ctx, tx, self)
	if err != nil {
		return err
	}
	claim := names.NewClaim(name, paper)
	for _, member := range staff {
		if claim.Impersonates(member) {
			return taken
		}
	}
	return nil
}

// staffNames returns the present and earlier names of all accounts that are or
// were staff, except the account self.
func staffNames(ctx context.Context, r models.Queryer, self int64) (list []string, err error) {
	const staff = `(u.role <> 'subscriber' OR EXISTS (SELECT 1 FROM audit w
		WHERE w.subject = 'account' AND w.subject_id = u.id AND w.verb IN ('added', 'role') AND w.after <> 'subscriber'))`
	rows, err := models.QueryRows(ctx, r, "SELECT u.name FROM users u WHERE u.id <> ? AND "+staff+
		" UNION SELECT l.subject_name FROM audit l JOIN users u ON u.id = l.subject_id"+
		" WHERE l.subject = 'account' AND l.verb = 'renamed' AND u.id <> ? AND "+staff, self, self)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		list = append(list, name)
	}
	return list, rows.Err()
}
