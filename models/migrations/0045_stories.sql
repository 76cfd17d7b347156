-- The comments of an author's own articles are found by the author.
CREATE INDEX article_authors_author ON article_authors (author_id, article_id);
CREATE INDEX authors_user ON authors (user_id) WHERE user_id IS NOT NULL;
