-- Whether others may republish an article; NULL: as the site's setting says.
ALTER TABLE articles ADD COLUMN republish BOOLEAN;
