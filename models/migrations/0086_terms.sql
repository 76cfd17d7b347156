-- Terms that editors look after. former has the earlier paths of a category, one a line.
-- comments is the default for comments on new articles ('' for none), comment_days after
-- how many days they close (0 for never). required has the names of the checks that an
-- article of the category must pass before its publication, with spaces between.
ALTER TABLE categories ADD COLUMN former TEXT NOT NULL DEFAULT '';
ALTER TABLE categories ADD COLUMN comments TEXT NOT NULL DEFAULT '';
ALTER TABLE categories ADD COLUMN comment_days BIGINT NOT NULL DEFAULT 0;
ALTER TABLE categories ADD COLUMN required TEXT NOT NULL DEFAULT '';
ALTER TABLE tags ADD COLUMN description TEXT NOT NULL DEFAULT '';
ALTER TABLE tags ADD COLUMN comments TEXT NOT NULL DEFAULT '';
ALTER TABLE tags ADD COLUMN comment_days BIGINT NOT NULL DEFAULT 0;
ALTER TABLE authors ADD COLUMN picture_id BIGINT REFERENCES media (id) ON DELETE SET NULL;
ALTER TABLE authors ADD COLUMN links TEXT NOT NULL DEFAULT '';
CREATE INDEX authors_picture ON authors (picture_id) WHERE picture_id IS NOT NULL;
-- A person has chosen the article's comment policy: the defaults of its terms do not
-- change it any more.
ALTER TABLE articles ADD COLUMN comments_chosen BOOLEAN NOT NULL DEFAULT FALSE;
-- The earlier slugs of tags (kind 2) and authors (kind 3), and the term that has each
-- now. Without a term the address is gone for good.
CREATE TABLE term_addresses (
  kind BIGINT NOT NULL,
  slug TEXT NOT NULL,
  ref  BIGINT,
  PRIMARY KEY (kind, slug)
) {without rowid};
CREATE INDEX term_addresses_ref ON term_addresses (kind, ref);
-- The earlier names of tags and authors, in the form in which names are compared. Texts
-- from before a rename or a merge, and imports, still use them.
CREATE TABLE term_names (
  kind BIGINT NOT NULL,
  name TEXT NOT NULL,
  ref  BIGINT,
  PRIMARY KEY (kind, name)
) {without rowid};
CREATE INDEX term_names_ref ON term_names (kind, ref);
