-- The list of public articles at the desk, and the columns that it selects by.
CREATE INDEX articles_policy ON articles
  (published_at, id, comment_status, comments_slow, comments_by_hand, comments_close, comments_who, title_key) WHERE status = 'published';
CREATE INDEX articles_held ON articles (published_at, id) WHERE status = 'published' AND comments_hold > 0;
CREATE INDEX comments_reported_article ON comments (article_id, state) WHERE reports > 0;
