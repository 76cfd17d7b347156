-- Notes of editors and authors on paragraphs of a story that is being written. paragraph has
-- the words of the paragraph as they were last found in the text; empty for a note on the
-- whole story. An answer names the note that it answers.
CREATE TABLE article_notes (
  id          {id},
  article_id  BIGINT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
  answers     BIGINT REFERENCES article_notes (id) ON DELETE CASCADE,
  paragraph   TEXT NOT NULL,
  place       BIGINT NOT NULL,
  text        TEXT NOT NULL,
  actor       TEXT NOT NULL,
  actor_id    BIGINT,
  at          BIGINT NOT NULL,
  resolved_at BIGINT,
  resolved_by TEXT NOT NULL
);
CREATE INDEX article_notes_article ON article_notes (article_id, id);
CREATE INDEX article_notes_open ON article_notes (article_id) WHERE resolved_at IS NULL AND answers IS NULL;
-- Before this time nobody may publish the article, nor schedule it for an earlier time.
ALTER TABLE articles ADD COLUMN embargo_until BIGINT;
-- A planned update whose text has got a correction of the live text.
ALTER TABLE article_plans ADD COLUMN rebased_at BIGINT;
ALTER TABLE article_plans ADD COLUMN rebased_by TEXT NOT NULL DEFAULT '';
-- Answers of other sites to links of stories, so that the check before publishing need not wait
-- for them. status is 0 for an address that is to be asked; problem names a failure.
CREATE TABLE link_checks (
  url        TEXT NOT NULL PRIMARY KEY,
  status     BIGINT NOT NULL,
  problem    TEXT NOT NULL,
  checked_at BIGINT
);
CREATE INDEX link_checks_age ON link_checks (checked_at);
