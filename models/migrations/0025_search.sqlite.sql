-- The index of the readers' search. docid grows with the date in the article's
-- address, so that the newest come first. A changed article gets a new docid; the
-- words of the old one stay until the index is built again.
CREATE TABLE search_docs (
  docid      INTEGER PRIMARY KEY,
  article_id INTEGER NOT NULL UNIQUE REFERENCES articles (id) ON DELETE CASCADE
);

-- Two, so that one is built while the other answers; see search_state.
CREATE VIRTUAL TABLE search_terms_a USING fts4 (content="", terms, tokenize=simple, matchinfo=fts3, order=desc);
INSERT INTO search_terms_a (search_terms_a) VALUES ('automerge=8');
CREATE VIRTUAL TABLE search_terms_b USING fts4 (content="", terms, tokenize=simple, matchinfo=fts3, order=desc);
INSERT INTO search_terms_b (search_terms_b) VALUES ('automerge=8');

-- The words of the articles, and about how many articles have each.
-- part is the table that the articles were added to.
CREATE TABLE search_words (
  part TEXT NOT NULL,
  word TEXT NOT NULL,
  docs INTEGER NOT NULL,
  PRIMARY KEY (part, word)
) WITHOUT ROWID;

CREATE TABLE search_languages (
  language TEXT PRIMARY KEY
) WITHOUT ROWID;

-- One row. current: the part that answers. building: the part that is being
-- filled, '' for none; wanted: the version of the analysis for it; done: the last
-- article that it has. version: of the analysis of current, '' before it was
-- filled. dead: the entries of current without a document.
CREATE TABLE search_state (
  id       INTEGER PRIMARY KEY,
  current  TEXT NOT NULL,
  building TEXT NOT NULL,
  wanted   TEXT NOT NULL,
  version  TEXT NOT NULL,
  done     INTEGER NOT NULL,
  dead     INTEGER NOT NULL
);
INSERT INTO search_state (id, current, building, wanted, version, done, dead) VALUES (1, 'a', '', '', '', 0, 0);
