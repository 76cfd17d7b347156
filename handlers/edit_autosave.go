package handlers

import (
	"net/http"

	"broadsheet/models/newsroom/drafts"
)

// answerCreated tells the form of a new article, whose first autosave has stored it, where
// the article is from now on.
func (ed *editing) answerCreated(c *request, d *opened, stored drafts.Stored) error {
	c.Response().Header().Set("Cache-Control", "private, no-store")
	answer, err := ed.autosavedAnswer(c, d, stored)
	if err != nil {
		return err
	}
	answer.Address, answer.Autosave = editPath(d.Article.ID), editPath(d.Article.ID)+"/autosave"
	return c.JSON(http.StatusCreated, answer)
}
