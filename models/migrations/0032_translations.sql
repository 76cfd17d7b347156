-- The group of translations that an article is in; '' for none.
ALTER TABLE articles ADD COLUMN translation_key TEXT NOT NULL DEFAULT '';
CREATE INDEX articles_translation_key ON articles (translation_key, published_at, id) WHERE translation_key <> '';
