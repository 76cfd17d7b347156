-- Links to the text of an article before readers see it. The link carries the number,
-- signed; a revoked row ends it.
CREATE TABLE article_previews (
  id         {id},
  article_id BIGINT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
  made_at    BIGINT NOT NULL,
  until      BIGINT NOT NULL,
  actor      TEXT NOT NULL,
  actor_id   BIGINT,
  revoked_at BIGINT
);
CREATE INDEX article_previews_article ON article_previews (article_id);
