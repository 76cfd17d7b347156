-- Which file an article was last published from. The file is the article's
-- identity where its front matter has no id; the slug never is.
CREATE TABLE article_files (
  path       TEXT PRIMARY KEY,
  article_id BIGINT NOT NULL REFERENCES articles (id) ON DELETE CASCADE
);
CREATE INDEX article_files_article ON article_files (article_id);
