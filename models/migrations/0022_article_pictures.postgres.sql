-- Pictures that a body refers to. A picture is served if it belongs to a
-- published article or to no article. The step also has a function that fills
-- the table, see pictures.go.

CREATE TABLE article_pictures (
  article_id  BIGINT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
  picture_key TEXT NOT NULL,
  PRIMARY KEY (article_id, picture_key)
);
CREATE INDEX article_pictures_key ON article_pictures (picture_key, article_id);

-- The articles of a lead picture.
CREATE INDEX articles_picture ON articles (picture_id, status) WHERE picture_id IS NOT NULL;
