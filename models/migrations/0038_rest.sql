-- Collections of WordPress's REST interface: articles by the instant of their last
-- change, which is the published instant until a change 15 minutes after it, and
-- tags by their number of articles.
CREATE INDEX articles_modified ON articles
  ((CASE WHEN revised_at >= published_at + 900000000 THEN revised_at ELSE published_at END), id) WHERE status = 'published';
CREATE INDEX tags_stories ON tags (stories, id) WHERE stories > 0;

-- Public comments of articles that are not public, few of which exist.
CREATE INDEX articles_hidden_comments ON articles (comments_approve) WHERE status <> 'published' AND comments_approve > 0;
