-- Who has the form of an article open. A row is renewed while the form is open.
CREATE TABLE article_presence (
  article_id BIGINT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
  user_id    BIGINT NOT NULL,
  name       TEXT NOT NULL,
  at         BIGINT NOT NULL,
  PRIMARY KEY (article_id, user_id)
);
CREATE INDEX article_presence_at ON article_presence (at);
