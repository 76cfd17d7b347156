-- Articles whose terms were renamed or merged: their entries of the search index are
-- made again a moment later.
CREATE TABLE search_again (
  article_id {key} REFERENCES articles (id) ON DELETE CASCADE
);
-- The articles with a tag, also those that are not public.
CREATE INDEX article_tags_tag ON article_tags (tag_id, article_id);
