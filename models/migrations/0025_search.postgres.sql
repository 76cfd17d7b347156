-- The index of the readers' search. docid grows with the date in the article's
-- address, so that the newest come first.
CREATE TABLE search_docs (
  docid      BIGINT PRIMARY KEY,
  article_id BIGINT NOT NULL UNIQUE REFERENCES articles (id) ON DELETE CASCADE,
  terms      TSVECTOR NOT NULL
);
CREATE INDEX search_docs_terms ON search_docs USING GIN (terms) WITH (gin_pending_list_limit = 1024);

-- The words of the articles, and about how many articles have each.
-- part is 'a' or 'b': one is counted anew while the other answers.
CREATE TABLE search_words (
  part TEXT COLLATE "C" NOT NULL,
  word TEXT COLLATE "C" NOT NULL,
  docs BIGINT NOT NULL,
  PRIMARY KEY (part, word)
);

CREATE TABLE search_languages (
  language TEXT PRIMARY KEY
);

-- One row. current: the part of search_words that answers. building: the part that
-- is being filled, '' for none; wanted: the version of the analysis for it; done:
-- the last article that it has. version: of the analysis of current, '' before it
-- was filled. dead is for SQLite.
CREATE TABLE search_state (
  id       BIGINT PRIMARY KEY,
  current  TEXT NOT NULL,
  building TEXT NOT NULL,
  wanted   TEXT NOT NULL,
  version  TEXT NOT NULL,
  done     BIGINT NOT NULL,
  dead     BIGINT NOT NULL
);
INSERT INTO search_state (id, current, building, wanted, version, done, dead) VALUES (1, 'a', '', '', '', 0, 0);

-- The newest documents with the terms. The settings keep PostgreSQL from reading
-- the terms of all rows: it does not know what long values cost. "docid + 0" keeps
-- it from walking the key and testing each row.
CREATE FUNCTION search_newest(query TSQUERY, first BIGINT, last BIGINT, most BIGINT) RETURNS TABLE (found BIGINT, article BIGINT)
LANGUAGE sql STABLE SET enable_seqscan = off SET jit = off AS
'SELECT docid, article_id FROM search_docs WHERE terms @@ query AND docid + 0 BETWEEN first AND last ORDER BY docid + 0 DESC LIMIT most';
