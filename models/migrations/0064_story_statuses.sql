-- Few articles are in slow mode or premoderated. Each list of them has an index with
-- only its own articles.
CREATE INDEX articles_slow ON articles (published_at, id) WHERE status = 'published' AND comments_slow > 0;
CREATE INDEX articles_premoderated ON articles (published_at, id) WHERE status = 'published' AND comment_status = 'premoderated';
