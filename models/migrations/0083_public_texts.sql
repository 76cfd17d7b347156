-- The versions of an article that readers have seen, and since when. quiet is set for one
-- that the public history does not show: the first one, a small correction of spelling,
-- a version without other words, and one that an editor has taken out of it. Articles
-- that have not changed since this table exists have no rows.
CREATE TABLE public_texts (
  article_id BIGINT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
  number     BIGINT NOT NULL,
  at         BIGINT NOT NULL,
  quiet      BOOLEAN NOT NULL,
  PRIMARY KEY (article_id, number)
) {without rowid};
ALTER TABLE articles ADD COLUMN changes BIGINT NOT NULL DEFAULT 0;
