-- The queue of comments is read by section: the index of a state also has the article,
-- so that most comments of other sections are left out without reading them.
DROP INDEX comments_queue;
CREATE INDEX comments_queue ON comments (state, created_at, id, article_id);
-- The articles of a section, also those that are not public.
CREATE INDEX article_categories_category ON article_categories (category_id, article_id);
