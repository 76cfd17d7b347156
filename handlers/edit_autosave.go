package handlers

import (
	"net/http"

	"broadsheet/models/newsroom/drafts"
)

// answerCreated answers the first autosave of a new article with the addresses of the stored
// article.
func (ed *editing) answerCreated(c *request, d *opened, stored drafts.Stored) error {
	c.Response().Header().Set("Cache-Control", "private, no-store")
	answer, err := ed.autosavedAnswer(c, d, stored)
	if err != nil {
		return err
	}
	answer.Address, answer.Autosave = editPath(d.Article.ID), editPath(d.Article.ID)+"/autosave"
	return c.JSON(http.StatusCreated, answer)
}
