package handlers

import (
	"net/http"
	"strings"

	"broadsheet/handlers/restparams"
	"broadsheet/views/rest"
)

// The fields of the bodies of requests, which the interface describes to clients. The
// handlers read them; a batch checks their types beforehand.

func restField(name string, kind restparams.Kind, choices ...string) restparams.Param {
	return restparams.Param{Name: name, Kind: kind, Choices: choices}
}

var (
	postBody = restparams.Schema{
		restField("date", restparams.Date), restField("date_gmt", restparams.Date), restField("slug", restparams.Text),
		restField("status", restparams.Choice, append([]string{"withdrawn"}, storyStatuses...)...), restField("password", restparams.Text),
		restField("title", restparams.Text), restField("content", restparams.Text), restField("excerpt", restparams.Text),
		restField("author", restparams.Integer), restField("coauthors", restparams.Integers),
		restField("coauthor_roles", restparams.Texts),
		restField("featured_media", restparams.Integer), restField("comment_status", restparams.Choice, "open", "closed"),
		restField("ping_status", restparams.Choice, "open", "closed"), restField("format", restparams.Choice, storyFormats...),
		restField("sticky", restparams.Bool), restField("template", restparams.Text),
		restField("categories", restparams.Integers), restField("tags", restparams.Integers),
	}
	mediaBody = restparams.Schema{
		restField("alt_text", restparams.Text), restField("caption", restparams.Text), restField("description", restparams.Text),
		restField("credit", restparams.Text),
	}
	commentBody = restparams.Schema{
		restField("post", restparams.Integer), restField("parent", restparams.Integer), restField("content", restparams.Text),
		restField("status", restparams.Text),
	}
	termBody = restparams.Schema{
		restField("name", restparams.Text), restField("slug", restparams.Text), restField("description", restparams.Text),
	}
	categoryBody = append(termBody[:len(termBody):len(termBody)], restField("parent", restparams.Integer))
	appBody      = restparams.Schema{
		{Name: "name", Kind: restparams.Text, Required: true}, restField("app_id", restparams.Text),
	}
	userBody     = restparams.Schema{restField("name", restparams.Text)}
	settingsBody = restparams.Schema{
		restField("title", restparams.Text), restField("description", restparams.Text), restField("timezone", restparams.Text),
		restField("language", restparams.Text),
	}
)

// writeFields returns the fields of the requests of a method of an address. A new term needs
// a name.
func writeFields(method, path string) restparams.Schema {
	if method == http.MethodDelete {
		return nil
	}
	collection, _, entry := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	fields := map[string]restparams.Schema{
		"posts": postBody, "media": mediaBody, "comments": commentBody, "categories": categoryBody, "tags": termBody,
		"users": userBody, "settings": settingsBody,
	}[collection]
	switch {
	case strings.HasPrefix(path, appsPath):
		return appBody
	case !entry && (collection == "categories" || collection == "tags"):
		fields = append(restparams.Schema{}, fields...)
		fields[0].Required = true
	}
	return fields
}

// schemaOf returns the schema of the entries of an address, nil if they have none.
func schemaOf(path string) *rest.Schema {
	collection, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	names := func(kind string) []string { return writeFields(post, kind).Names() }
	switch {
	case strings.HasPrefix(path, appsPath):
		return rest.SchemaOf[rest.AppPassword]("application-password", appBody.Names())
	case strings.HasPrefix(path, revisionsPath), strings.HasPrefix(path, autosavesPath):
		return rest.SchemaOf[rest.Revision]("post-revision", names("/posts"))
	}
	switch collection {
	case "posts":
		return rest.SchemaOf[rest.Post]("post", names("/posts"))
	case "media":
		return rest.SchemaOf[rest.Media]("attachment", names("/media"))
	case "comments":
		return rest.SchemaOf[rest.Comment]("comment", names("/comments"))
	case "categories":
		return rest.SchemaOf[rest.Term]("category", names("/categories"))
	case "tags":
		return rest.SchemaOf[rest.Term]("tag", names("/tags"))
	case "users":
		return rest.SchemaOf[rest.User]("user", names("/users"))
	case "settings":
		return rest.SchemaOf[rest.Settings]("settings", names("/settings"))
	}
	return nil
}
