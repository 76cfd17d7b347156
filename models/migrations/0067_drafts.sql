-- Drafts of the editors. article_versions gets the drafts, too: kind says how a version
-- came about ('' is a save from before there were kinds). article_drafts names the
-- newest version of an article's text, and the one that the article's own rows show.
ALTER TABLE article_versions ADD COLUMN kind TEXT NOT NULL DEFAULT '';
ALTER TABLE articles ADD COLUMN owner_id BIGINT;
CREATE TABLE article_drafts (
  article_id BIGINT NOT NULL PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE,
  number     BIGINT NOT NULL,
  shown      BIGINT NOT NULL,
  title      TEXT NOT NULL,
  at         BIGINT NOT NULL,
  actor      TEXT NOT NULL,
  actor_id   BIGINT
);
CREATE INDEX articles_owner ON articles (owner_id) WHERE owner_id IS NOT NULL;
CREATE INDEX articles_unpublished ON articles (status, updated_at, id) WHERE status <> 'published';
CREATE INDEX article_versions_autosaves ON article_versions (at) WHERE kind = 'autosave';
