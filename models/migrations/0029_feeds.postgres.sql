-- When each feed last changed, and which state the hub was told of.
CREATE TABLE feeds (
  name       TEXT COLLATE "C" PRIMARY KEY,
  digest     TEXT NOT NULL,
  changed_at BIGINT NOT NULL,
  news       TEXT NOT NULL,
  told       TEXT NOT NULL DEFAULT ''
);
CREATE INDEX feeds_untold ON feeds (name) WHERE news <> told;

-- The site's own part of the ids of feeds. Ids must not depend on the address.
CREATE TABLE feed_site (id TEXT PRIMARY KEY);
INSERT INTO feed_site (id) VALUES (REPLACE(GEN_RANDOM_UUID()::TEXT, '-', ''));
