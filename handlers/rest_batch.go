package handlers

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"broadsheet/handlers/restbody"
	"broadsheet/handlers/restparams"
	"broadsheet/views/rest"
)

// A batch is a request that holds several requests. As in WordPress 5.6, only some addresses
// take part. Each request of a batch goes through the router by itself, as if it had been
// sent alone: with the same rights, limits, checks and answers. The account is that of the
// batch; headers of a single request change nothing.

const batchPath = restRoot + "batch/v1"

// MaxBatch is the greatest number of requests of a batch.
const MaxBatch = 25

// requireAll is the kind of batch that does nothing if one of its requests is not valid.
const requireAll = "require-all-validate"

// batchMethods are the methods of the requests of a batch.
var batchMethods = []string{http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}

// batchPaths are the addresses below restBase that a batch may write to.
var batchPaths = []string{"/posts", "/posts/:id", "/categories", "/categories/:id", "/tags", "/tags/:id"}

var (
	errBatchPath = &restparams.Refused{Status: http.StatusBadRequest, Code: "parse_path_failed", Message: "Could not parse the path."}
	errNoBatch   = &restparams.Refused{
		Status: http.StatusBadRequest, Code: "rest_batch_not_allowed", Message: "The requested route does not support batch requests.",
	}
)

// batchRequest is one request of a batch, as it was sent and as it was read. One row holds
// both, so that an error in one request cannot move a later request to another address.
type batchRequest struct {
	Method, Path string
	Body         json.RawMessage
	Headers      json.RawMessage

	target *url.URL
	err    error // of a request that is not valid
}

// batchRow is the row of batches in the table of routes.
func (re *restAPI) batchRow() Route {
	return Route{
		Method: post, Path: batchPath, Name: "REST batch", Entry: Anyone, Cache: Never, Rate: restRate,
		MaxBody: maxStoryJSON, Form: formUnread, handle: re.postBatch,
	}
}

// describeBatch describes the address of batches to clients.
func (re *restAPI) describeBatch() rest.Route {
	method := restparams.Argument{Type: "string", Enum: batchMethods, Default: post}
	object := restparams.Argument{Type: "object"}
	items := restparams.Argument{Type: "object", Properties: map[string]restparams.Argument{
		"method": method, "path": {Type: "string", Required: true}, "body": object, "headers": object,
	}}
	args := map[string]restparams.Argument{
		"validation": {Type: "string", Enum: []string{requireAll, "normal"}, Default: "normal"},
		"requests":   {Type: "array", MaxItems: MaxBatch, Items: &items, Required: true},
	}
	methods := []string{post}
	return rest.Route{
		Methods: methods, Endpoints: []rest.Endpoint{{Methods: methods, Args: args}},
		Links: rest.Links{"self": {{Href: re.absolute(batchPath)}}},
	}
}

// postBatch answers a batch with the answers to its requests, in their order.
func (re *restAPI) postBatch(c *request) error {
	if _, err := re.programs.account(c); err != nil {
		return err
	}
	body, err := restbody.Read(c.Request())
	if err != nil {
		return err
	}
	validation := body.Choice("validation", requireAll, "normal")
	requests, err := readBatch(body)
	if err != nil {
		return err
	}
	v := rest.Batch{Responses: make([]*rest.Envelope, len(requests))}
	invalid := false
	for i := range requests {
		re.aimBatch(&requests[i])
		invalid = invalid || requests[i].err != nil
	}
	if invalid && validation == requireAll {
		v.Failed = "validation"
	}
	for i := range requests {
		switch one := &requests[i]; {
		case one.err != nil:
			v.Responses[i], err = problemEnvelope(c.Request(), one.err)
		case v.Failed == "":
			v.Responses[i], err = serveBatched(c, one)
		}
		if err != nil {
			return err
		}
	}
	return re.sendBatch(c, v)
}

func (re *restAPI) sendBatch(c *request, v rest.Batch) error {
	text, err := restJSON(v)
	if err != nil {
		return err
	}
	h := c.Response().Header()
	re.setRESTHeaders(h)
	h.Set("Allow", post)
	h.Set("Cache-Control", "private, no-store")
	return c.Blob(http.StatusMultiStatus, restType, text)
}

// readBatch returns the requests of a batch. It refuses the whole batch if one of them
// has not the form of a request.
func readBatch(body *restbody.Fields) ([]batchRequest, error) {
	if !body.Has("requests") {
		return nil, missing("requests")
	}
	refuse := func(code, message string) { body.Refuse("requests", code, message) }
	var items []json.RawMessage
	if json.Unmarshal(body.Source("requests"), &items) != nil {
		refuse("rest_invalid_type", "requests is not of type array.")
	}
	if len(items) > MaxBatch {
		refuse("rest_too_many_items", fmt.Sprintf("requests must contain at most %d items.", MaxBatch))
	}
	requests := make([]batchRequest, len(items))
	for i, item := range items {
		if body.Err() != nil {
			break // as in WordPress, the first problem is told
		}
		readBatched(&requests[i], item, fmt.Sprintf("requests[%d]", i), refuse)
	}
	return requests, body.Err()
}

// readBatched reads one request of a batch. place is its name in an error.
func readBatched(one *batchRequest, item json.RawMessage, place string, refuse func(code, message string)) {
	var sent struct {
		Method, Path  *json.RawMessage
		Body, Headers json.RawMessage
	}
	text := func(raw *json.RawMessage, name string) (s string) {
		if raw != nil && json.Unmarshal(*raw, &s) != nil {
			refuse("rest_invalid_type", place+"["+name+"] is not of type string.")
		}
		return s
	}
	switch {
	case !isObject(item) || json.Unmarshal(item, &sent) != nil:
		refuse("rest_invalid_type", place+" is not of type object.")
		return
	case sent.Path == nil:
		refuse("rest_property_required", "path is a required property of "+place+".")
	case !isObject(sent.Body):
		refuse("rest_invalid_type", place+"[body] is not of type object.")
	case !areHeaders(sent.Headers):
		refuse("rest_invalid_type", place+"[headers] is not of type object.")
	}
	one.Path, one.Body = text(sent.Path, "path"), sent.Body
	if one.Method = text(sent.Method, "method"); sent.Method == nil {
		one.Method = post
	}
	if !slices.Contains(batchMethods, one.Method) {
		refuse("rest_not_in_enum", place+"[method] is not one of "+restparams.Enumerate(batchMethods)+".")
	}
}

// isObject reports whether a value of JSON is an object. A missing value counts as an empty
// one, and so does the list that PHP sends for it.
func isObject(raw json.RawMessage) bool {
	raw = bytes.TrimSpace(raw)
	var empty []struct{}
	return len(raw) == 0 || raw[0] == '{' || json.Unmarshal(raw, &empty) == nil && len(empty) == 0
}

// areHeaders reports whether a value of JSON is an object of texts and lists of texts.
func areHeaders(raw json.RawMessage) bool {
	if !isObject(raw) {
		return false
	}
	var headers map[string]json.RawMessage
	_ = json.Unmarshal(raw, &headers) // an empty list has none
	for _, value := range headers {
		var one string
		var several []string
		if json.Unmarshal(value, &one) != nil && json.Unmarshal(value, &several) != nil {
			return false
		}
	}
	return true
}

// aimBatch finds the address of a request and checks its parameters and the types of its
// fields. The address is put together from the table of routes: nothing else of the path
// that was sent is used.
func (re *restAPI) aimBatch(one *batchRequest) {
	sent, err := url.Parse(one.Path)
	if err != nil || sent.Scheme != "" || sent.Host != "" || sent.Opaque != "" || sent.User != nil {
		one.err = errBatchPath
		return
	}
	w, path := re.batchTarget(one.Method, sent.EscapedPath())
	if w == nil {
		if one.err = errNoRoute; re.isKnown(sent.EscapedPath()) {
			one.err = errNoBatch
		}
		return
	}
	query := sent.Query()
	query.Del("_envelope") // the answer is in an envelope already
	one.target = &url.URL{Path: path, RawQuery: query.Encode()}
	if one.err = checkQuery(w.entry, one.target.RawQuery); one.err == nil {
		one.err = checkFields(one, writeFields(one.Method, w.path))
	}
}

func checkQuery(entry restparams.Schema, query string) error {
	_, err := entry.ForStaff().Read(query)
	return err
}

// checkFields refuses fields of another type than they should have, and a request without
// a field that it needs.
func checkFields(one *batchRequest, fields restparams.Schema) error {
	body, err := restbody.JSON(one.Body, one.target.RawQuery)
	if err != nil {
		return err
	}
	var names []string
	for _, p := range fields {
		if p.Required && !body.Has(p.Name) {
			names = append(names, p.Name)
		}
	}
	if len(names) > 0 {
		return missing(names...)
	}
	return body.Check(fields)
}

// batchTarget returns the write that a method and a path name, with its address, nil if
// a batch may not use it.
func (re *restAPI) batchTarget(method, path string) (*restWrite, string) {
	below, found := strings.CutPrefix(path, strings.TrimSuffix(restBase[len(restRoot)-1:], "/"))
	if !found {
		return nil, ""
	}
	for _, w := range re.writes() {
		if !slices.Contains(batchPaths, w.path) || !slices.Contains(w.methods, method) {
			continue
		}
		if id, ok := matchPath(w.path, below); ok {
			return &w, restBase + strings.Replace(w.path, ":id", id, 1)
		}
	}
	return nil, ""
}

// matchPath reports whether a path is one of the router's, and returns the number in it.
func matchPath(pattern, path string) (id string, ok bool) {
	want, have := strings.Split(pattern, "/"), strings.Split(strings.TrimSuffix(path, "/"), "/")
	if len(want) != len(have) {
		return "", false
	}
	for i, part := range want {
		switch n := parseID(have[i]); {
		case part == ":id" && n > 0:
			id = strconv.FormatInt(n, 10)
		case strings.HasPrefix(part, ":") && part != ":id" && have[i] != "":
		case part != have[i]:
			return "", false
		}
	}
	return id, true
}

// isKnown reports whether a path is one of the interface that is written to.
func (re *restAPI) isKnown(path string) bool {
	path = strings.TrimSuffix(path, "/")
	if path == batchPath[len(restRoot)-1:] {
		return true
	}
	below, found := strings.CutPrefix(path, restBase[len(restRoot)-1:])
	return found && slices.ContainsFunc(re.writes(), func(w restWrite) bool {
		_, ok := matchPath(w.path, below)
		return ok
	})
}

// serveBatched sends a request of a batch through the router and returns its answer.
func serveBatched(c *request, one *batchRequest) (*rest.Envelope, error) {
	body := one.Body
	if len(body) == 0 || body[0] != '{' {
		body = json.RawMessage("{}")
	}
	outer := c.Request()
	r := outer.Clone(outer.Context())
	r.Method, r.URL, r.RequestURI = one.Method, one.target, one.target.RequestURI()
	r.Body, r.ContentLength, r.TransferEncoding = io.NopCloser(bytes.NewReader(body)), int64(len(body)), nil
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Content-Length", strconv.Itoa(len(body)))
	r.Header.Del("Content-Disposition")
	kept := &responseBuffer{header: http.Header{}}
	c.Echo().ServeHTTP(kept, r)
	return &rest.Envelope{Body: json.RawMessage(kept.body.Bytes()), Status: kept.status, Headers: envelopeHeaders(kept.header)}, nil
}

// problemEnvelope returns the answer to a request that is not valid.
func problemEnvelope(r *http.Request, err error) (*rest.Envelope, error) {
	problem := restProblem(r, err)
	text, err := restJSON(problem)
	return &rest.Envelope{Body: json.RawMessage(text), Status: problem.Data.Status, Headers: map[string]string{}}, err
}
