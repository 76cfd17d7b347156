-- What shall happen to an article at a time, besides its publication, which is a column
-- of articles: a timed edit of a live article and a timed withdrawal. A plan that could
-- not be carried out keeps why; so does a publication that failed.
CREATE TABLE article_plans (
  id         {id},
  article_id BIGINT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
  act        TEXT NOT NULL,
  at         BIGINT NOT NULL,
  number     BIGINT NOT NULL,
  base       BIGINT NOT NULL,
  note       TEXT NOT NULL,
  actor      TEXT NOT NULL,
  actor_id   BIGINT,
  made_at    BIGINT NOT NULL,
  ended_at   BIGINT,
  failed     TEXT NOT NULL
);
CREATE UNIQUE INDEX article_plans_open ON article_plans (article_id, act) WHERE ended_at IS NULL;
CREATE INDEX article_plans_due ON article_plans (at) WHERE ended_at IS NULL;
CREATE INDEX article_plans_failed ON article_plans (ended_at) WHERE failed <> '';
