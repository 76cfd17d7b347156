-- What the library knows of a picture. file names the original in the blob store: it is
-- the key until the picture is replaced. licence_end is a date in the site's zone, the
-- first day on which visitors may not see the picture, '' for none. hidden is TRUE while
-- they may not: the licence has ended, or the picture is removed.
ALTER TABLE media ADD COLUMN file TEXT NOT NULL DEFAULT '';
UPDATE media SET file = key;
ALTER TABLE media ADD COLUMN filename TEXT NOT NULL DEFAULT '';
ALTER TABLE media ADD COLUMN frames BIGINT NOT NULL DEFAULT 1;
ALTER TABLE media ADD COLUMN decorative BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE media ADD COLUMN licence_end TEXT NOT NULL DEFAULT '';
ALTER TABLE media ADD COLUMN hidden BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE media ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE media ADD COLUMN owner_id BIGINT;
ALTER TABLE media ADD COLUMN removed_at BIGINT;
CREATE INDEX media_licences ON media (licence_end) WHERE licence_end <> '';
CREATE INDEX media_files ON media (file);
