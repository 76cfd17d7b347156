-- Owners of addresses who want mail when a story that they commented on is corrected.
ALTER TABLE addresses ADD COLUMN corrections BOOLEAN NOT NULL DEFAULT FALSE;
-- Corrections of which commenters were told. A correction is known by the time of its
-- publication, which an edit does not change.
CREATE TABLE corrections_told (
  article_id BIGINT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
  at         BIGINT NOT NULL,
  PRIMARY KEY (article_id, at)
) {without rowid};
