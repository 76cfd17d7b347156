package main

import (
	"fmt"

	"broadsheet/models"
)

type migrateCmd struct {
	Status migrateStatusCmd `cmd:"" help:"List the steps of the schema, and whether the database has them."`
	Up     migrateUpCmd     `cmd:"" help:"Run the steps that are missing."`
}

type migrateStatusCmd struct{}

func (migrateStatusCmd) Run(a *app) error {
	if err := a.makeData(); err != nil {
		return err
	}
	steps, err := models.MigrationStatus(a.ctx, a.dsn())
	for _, s := range steps {
		state := "missing"
		if s.Applied {
			state = "applied"
		}
		fmt.Fprintf(a.stdout, "%s  %s\n", state, s.ID)
	}
	return err
}

type migrateUpCmd struct{}

func (migrateUpCmd) Run(a *app) error {
	db, err := a.open()
	if err != nil {
		return err
	}
	fmt.Fprintln(a.stdout, "the schema is up to date")
	return db.Close()
}
