-- The manuscript of every save of an article, as JSON. The editors' desk shows
-- them. An article that was never saved since has none.
CREATE TABLE article_versions (
  article_id BIGINT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
  number     BIGINT NOT NULL,
  manuscript TEXT NOT NULL,
  actor      TEXT NOT NULL,
  actor_id   BIGINT,
  at         BIGINT NOT NULL,
  PRIMARY KEY (article_id, number)
);
