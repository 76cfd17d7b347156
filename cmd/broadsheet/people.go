package main

import (
	"bufio"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"broadsheet/models"
	"broadsheet/models/newsroom/taxonomy"
	"broadsheet/models/people"

	"golang.org/x/term"
)

type peopleCmd struct {
	Add    peopleAddCmd    `cmd:"" help:"Create an account."`
	List   peopleListCmd   `cmd:"" help:"List all accounts."`
	Passwd peoplePasswdCmd `cmd:"" help:"Set an account's password, and sign it out everywhere."`
	Role   peopleRoleCmd   `cmd:"" help:"Give an account another role."`
	Out    peopleOutCmd    `cmd:"" help:"Sign an account out everywhere."`
	Author peopleAuthorCmd `cmd:"" help:"Let an account look after the comments under an author's articles."`
	Unlock peopleUnlockCmd `cmd:"" help:"Remove one-time passwords and passkeys from an account whose owner has lost them."`
}

type peopleAddCmd struct {
	Name          string `required:"" help:"The person's name."`
	Email         string `required:"" help:"Email address; also the name to sign in with."`
	Role          string `required:"" help:"subscriber, contributor, author, moderator, editor or administrator."`
	PasswordStdin bool   `help:"Read the password from the first line of standard input instead of generating one."`
}

func (c peopleAddCmd) Run(a *app) error {
	role, err := people.ParseRole(c.Role)
	if err != nil {
		return err
	}
	password, made, err := a.password(c.PasswordStdin)
	if err != nil {
		return err
	}
	return a.use(func(db *models.DB) error {
		account := people.NewAccount{Name: c.Name, Email: c.Email, Role: role, Password: password}
		u, err := people.CreateAccount(a.ctx, db, models.ActorShell, account)
		if err != nil {
			return err
		}
		fmt.Fprintf(a.stdout, "added %s <%s> as %s\n", u.Name, u.Email, u.Role)
		if made {
			fmt.Fprintf(a.stdout, "password: %s\n", password)
		}
		return nil
	})
}

type peopleListCmd struct{}

func (peopleListCmd) Run(a *app) error {
	return a.use(func(db *models.DB) error {
		users, err := people.ListAccounts(a.ctx, db)
		if err != nil {
			return err
		}
		table := tabwriter.NewWriter(a.stdout, 0, 4, 2, ' ', 0)
		fmt.Fprintln(table, "NAME\tEMAIL\tROLE\tSINCE")
		for _, u := range users {
			since := u.CreatedAt.Format("2006-01-02")
			if u.Closed() {
				since += ", closed " + u.ClosedAt.Format("2006-01-02")
			}
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", u.Name, u.Email, u.Role, since)
		}
		return table.Flush()
	})
}

type peoplePasswdCmd struct {
	Email         string `arg:"" help:"The account."`
	PasswordStdin bool   `help:"Read the password from the first line of standard input instead of generating one."`
}

func (c peoplePasswdCmd) Run(a *app) error {
	password, made, err := a.password(c.PasswordStdin)
	if err != nil {
		return err
	}
	return a.use(func(db *models.DB) error {
		if err := people.SetPassword(a.ctx, db, c.Email, password); err != nil {
			return err
		}
		fmt.Fprintf(a.stdout, "password of %s changed\n", c.Email)
		if made {
			fmt.Fprintf(a.stdout, "password: %s\n", password)
		}
		return nil
	})
}

type peopleRoleCmd struct {
	Email string `arg:"" help:"The account."`
	Role  string `arg:"" help:"subscriber, contributor, author, moderator, editor or administrator."`
}

func (c peopleRoleCmd) Run(a *app) error {
	role, err := people.ParseRole(c.Role)
	if err != nil {
		return err
	}
	return a.onAccount(c.Email, func(db *models.DB, u *people.User) (string, error) {
		return "is now " + string(role), people.SetRole(a.ctx, db, models.ActorShell, u.ID, role)
	})
}

type peopleOutCmd struct {
	Email string `arg:"" help:"The account."`
}

func (c peopleOutCmd) Run(a *app) error {
	return a.onAccount(c.Email, func(db *models.DB, u *people.User) (string, error) {
		return "is signed out everywhere", people.SignOutUser(a.ctx, db, models.ActorShell, u.ID)
	})
}

type peopleAuthorCmd struct {
	Email  string `arg:"" help:"The account."`
	Author string `arg:"" help:"The author's slug, as in the address /author/SLUG/."`
	Remove bool   `help:"Take the author away from the account."`
}

func (c peopleAuthorCmd) Run(a *app) error {
	return a.onAccount(c.Email, func(db *models.DB, u *people.User) (string, error) {
		author, err := taxonomy.AuthorBySlug(a.ctx, db, c.Author)
		if models.KindOf(err) == models.NotFound {
			return "", fmt.Errorf("there is no author %q; the slug is the end of the address of the author's page", c.Author)
		}
		if err != nil {
			return "", err
		}
		tie, now := taxonomy.GiveAuthor, "looks after the comments under the articles of "
		if c.Remove {
			tie, now = taxonomy.TakeAuthor, "no longer looks after the comments under the articles of "
		}
		account := models.Subject{Kind: models.AccountSubject, ID: u.ID, Name: u.Name}
		return now + author.Name, tie(a.ctx, db, models.ActorShell, author.ID, account)
	})
}

type peopleUnlockCmd struct {
	Email string `arg:"" help:"The account."`
}

func (c peopleUnlockCmd) Run(a *app) error {
	return a.onAccount(c.Email, func(db *models.DB, u *people.User) (string, error) {
		return "signs in with the password alone", people.RemoveSecondFactors(a.ctx, db, models.ActorShell, u.ID)
	})
}

// onAccount changes an account and prints its new state, which fn returns.
func (a *app) onAccount(email string, fn func(*models.DB, *people.User) (string, error)) error {
	return a.use(func(db *models.DB) error {
		u, err := people.ByEmail(a.ctx, db, email)
		if err != nil {
			return err
		}
		now, err := fn(db, u)
		if err == nil {
			fmt.Fprintf(a.stdout, "%s <%s> %s\n", u.Name, u.Email, now)
		}
		return err
	})
}

// password reads a password from standard input or a terminal, or generates
// one.
func (a *app) password(fromStdin bool) (password string, made bool, err error) {
	if !fromStdin {
		return rand.Text(), true, nil
	}
	if f, ok := a.stdin.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		fmt.Fprint(a.stderr, "password: ")
		data, err := term.ReadPassword(int(f.Fd()))
		fmt.Fprintln(a.stderr)
		return string(data), false, err
	}
	line, err := bufio.NewReader(io.LimitReader(a.stdin, people.MaxPasswordBytes+2)).ReadString('\n')
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return strings.TrimRight(line, "\r\n"), false, err
}
