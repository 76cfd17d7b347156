package handlers_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"testing"
	"time"

	"broadsheet/models"
	"broadsheet/models/discussion"
	"broadsheet/models/modeltest"
	"broadsheet/models/newsroom"
	"broadsheet/models/people"
)

// proposals is the answer to the field in which a story is chosen.
type proposals struct {
	Articles []proposal
	Message  string
}

type proposal struct {
	ID    int64
	Title string
}

// propose asks for stories as the field does.
func (s *deskSite) propose(role people.Role, words string) (p proposals) {
	s.Helper()
	r := httptest.NewRequest(http.MethodGet, s.options.BaseURL.String()+"/desk/articles/find?s="+url.QueryEscape(words), nil)
	r.Header.Set("Accept", "application/json")
	r.AddCookie(s.cookie(role))
	answer := httptest.NewRecorder()
	s.handler.ServeHTTP(answer, r)
	if answer.Code != http.StatusOK {
		s.Fatalf("%q is answered with %d", words, answer.Code)
	}
	s.check(json.Unmarshal(answer.Body.Bytes(), &p))
	return p
}

// The choice of a story offers no draft, no story under embargo and no withdrawn or
// trashed one, by words or by number, also to editors, who may read them elsewhere.
func TestChoiceOfAStoryOffersPublicOnesOnly(t *testing.T) {
	t.Parallel()
	modeltest.Each(t, func(t *testing.T, db *models.DB, clock *modeltest.Clock) {
		s := newDeskSite(t, db, clock)
		ids := map[newsroom.Status]int64{}
		for _, status := range []newsroom.Status{newsroom.Draft, newsroom.InReview, newsroom.Scheduled, newsroom.Published, newsroom.Withdrawn, newsroom.Trashed} {
			m := newsroom.Manuscript{Title: "Quarry, " + string(status), Body: "Text.", Status: newsroom.Published}
			switch status {
			case newsroom.Draft, newsroom.InReview:
				m.Status = status
			case newsroom.Scheduled: // an embargo
				m.PublishedAt = clock.Now().Add(time.Hour)
			}
			a := s.save(m)
			if status == newsroom.Withdrawn || status == newsroom.Trashed {
				s.check(discussion.SetArticleStatus(t.Context(), db, models.ActorCommand, a.ID, status, ""))
			}
			ids[status] = a.ID
		}
		for _, role := range []people.Role{people.Moderator, people.Editor, people.Administrator} {
			found := s.propose(role, "quarry")
			if len(found.Articles) != 1 || found.Articles[0].ID != ids[newsroom.Published] || found.Message != "" {
				t.Errorf("%s: words find %+v", role, found)
			}
			for status, id := range ids {
				found := s.propose(role, fmt.Sprint(id))
				has := slices.ContainsFunc(found.Articles, func(a proposal) bool { return a.ID == id })
				if has != (status == newsroom.Published) {
					t.Errorf("%s: the number of a story that is %s finds %+v", role, status, found)
				}
			}
		}
	})
}

// A search without a letter or a digit proposes nothing and says so. A story whose
// headline has its own number is proposed once, before all others.
func TestChoiceOfAStorySaysWhenThereIsNone(t *testing.T) {
	t.Parallel()
	clock := modeltest.NewClock()
	s := newDeskSite(t, modeltest.SQLite(t, clock), clock)
	for _, words := range []string{"!", "%", " – … ", "؟", "xyzzy"} {
		if found := s.propose(people.Moderator, words); len(found.Articles) != 0 || found.Message != "No story has these words in its headline." {
			t.Errorf("%q finds %+v", words, found)
		}
	}
	found := s.propose(people.Moderator, "2")
	seen := map[int64]bool{}
	for i, a := range found.Articles {
		if seen[a.ID] || i == 0 && a.ID != 2 {
			t.Errorf("number 2 finds %+v", found)
		}
		seen[a.ID] = true
	}
	before := s.save(newsroom.Manuscript{Title: "The one before", Body: "Text."})
	own := s.save(newsroom.Manuscript{Title: fmt.Sprint("Number ", before.ID+1), Body: "Text."})
	if found := s.propose(people.Moderator, fmt.Sprint(own.ID)); len(found.Articles) != 1 || found.Articles[0].ID != own.ID {
		t.Errorf("its own number finds %+v", found)
	}
}
