-- When a list of public articles last changed, with its number of articles; the
-- sitemaps show both. kind is that of the table listings: 0 all articles, 1
-- category, 2 tag, 3 author, with the same ref. Two kinds are the sitemaps' own: 4 a
-- part of the articles, with the number of the part; 5 the articles of the news
-- sitemap, ref 0, without a number of articles.
CREATE TABLE sitemap_changes (
  kind       BIGINT NOT NULL,
  ref        BIGINT NOT NULL,
  articles   BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (kind, ref)
) {without rowid};

-- The lists that exist: the date of their newest article.
INSERT INTO sitemap_changes (kind, ref, articles, changed_at)
SELECT c.kind, c.ref, c.stories, COALESCE((
    SELECT a.published_at FROM listings l JOIN articles a ON a.id = l.article_id
    WHERE l.kind = c.kind AND l.ref = c.ref ORDER BY l.published_at DESC, l.article_id DESC LIMIT 1), 0)
FROM listing_counts c WHERE c.period = 0 AND c.stories > 0;

-- The parts: the last change of an article, or the time when one was withdrawn.
INSERT INTO sitemap_changes (kind, ref, articles, changed_at)
SELECT 4, (id - 1) / 2000 + 1, SUM(CASE WHEN status = 'published' THEN 1 ELSE 0 END),
  MAX(CASE WHEN status <> 'published' AND status_at > published_at THEN status_at
    WHEN revised_at > published_at THEN revised_at ELSE published_at END)
FROM articles WHERE status = 'published' OR status IN ('withdrawn', 'trashed', 'draft') AND published_at <= status_at
GROUP BY (id - 1) / 2000 + 1;
