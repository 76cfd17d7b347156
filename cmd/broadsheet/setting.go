package main

import (
	"fmt"
	"text/tabwriter"

	"broadsheet/models"
)

type settingCmd struct {
	List settingListCmd `cmd:"" help:"List all settings with value, default and meaning."`
	Set  settingSetCmd  `cmd:"" help:"Change a setting."`
}

type settingListCmd struct{}

func (settingListCmd) Run(a *app) error {
	return a.use(func(db *models.DB) error {
		values, err := models.SettingValues(a.ctx, db)
		if err != nil {
			return err
		}
		table := tabwriter.NewWriter(a.stdout, 0, 4, 2, ' ', 0)
		fmt.Fprintln(table, "SETTING\tVALUE\tDEFAULT\tMEANING")
		for _, d := range models.SettingDefs() {
			value, set := values[d.Key]
			if !set {
				value = d.Default
			}
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", d.Key, value, d.Default, d.Meaning)
		}
		return table.Flush()
	})
}

type settingSetCmd struct {
	Key   string `arg:"" help:"The setting."`
	Value string `arg:"" help:"Its new value."`
}

func (c settingSetCmd) Run(a *app) error {
	return a.use(func(db *models.DB) error {
		return db.Write(a.ctx, func(tx *models.Tx) error {
			return models.SetSetting(a.ctx, tx, c.Key, c.Value)
		})
	})
}
