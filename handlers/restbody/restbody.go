package restbody

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"broadsheet/handlers/restparams"
)

// Fields are the fields of a body. A field of a form is a text; its name may end in
// brackets, as in PHP.
type Fields struct {
	json     map[string]json.RawMessage
	form     url.Values
	problems restparams.Invalid
}

// Refusals of a body.
var (
	errJSON = &restparams.Refused{Status: http.StatusBadRequest, Code: "rest_invalid_json", Message: "Invalid JSON body passed."}
	errForm = &restparams.Refused{Status: http.StatusBadRequest, Code: "rest_invalid_form", Message: "The form could not be read."}
	errKind = &restparams.Refused{
		Status: http.StatusUnsupportedMediaType, Code: "rest_unsupported_media_type",
		Message: "The body must be JSON or a form.",
	}
	errLong = &restparams.Refused{
		Status: http.StatusRequestEntityTooLarge, Code: "rest_request_too_large", Message: "What was sent is too large.",
	}
)

// Read reads the body of a request. An empty body has no fields. Fields in the query are
// fields as well, but those of the body win. It returns a *restparams.Refused for a body
// that is not JSON and no form, is broken, or is longer than its reader permits.
func Read(r *http.Request) (*Fields, error) {
	f := &Fields{form: url.Values{}}
	if query, err := url.ParseQuery(r.URL.RawQuery); err == nil {
		f.form = query
	}
	data, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, readError(err, errForm)
	}
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case len(bytes.TrimSpace(data)) == 0:
		return f, nil
	case kind == "application/json" || strings.HasSuffix(kind, "+json"):
		return f, f.readJSON(data)
	case kind == "application/x-www-form-urlencoded":
		form, err := url.ParseQuery(string(data))
		if err != nil {
			return nil, errForm
		}
		for name, values := range form {
			f.form[name] = values
		}
		return f, nil
	}
	return nil, errKind
}

// Of returns the fields of a form that was read already.
func Of(form url.Values) *Fields { return &Fields{form: form} }

// JSON returns the fields of an object of JSON, and those of a query string. No object, or
// an empty list as PHP writes an empty object, has no fields.
func JSON(object []byte, query string) (*Fields, error) {
	form, err := url.ParseQuery(query)
	if err != nil {
		form = url.Values{}
	}
	f := &Fields{form: form}
	if object = bytes.TrimSpace(object); len(object) == 0 || object[0] == '[' {
		return f, nil
	}
	return f, f.readJSON(object)
}

func (f *Fields) readJSON(data []byte) error {
	if err := json.Unmarshal(data, &f.json); err != nil {
		return errJSON
	}
	return nil
}

// readError returns the error of a body that could not be read.
func readError(err, other error) error {
	if _, tooLong := errors.AsType[*http.MaxBytesError](err); tooLong {
		return errLong
	}
	return other
}

// Err returns the problems of the fields that were read, nil for none.
func (f *Fields) Err() error {
	if len(f.problems) == 0 {
		return nil
	}
	return f.problems
}

// Refuse adds a problem of a field.
func (f *Fields) Refuse(name, code, message string) {
	f.problems = append(f.problems, restparams.Problem{Param: name, Code: code, Message: message})
}
