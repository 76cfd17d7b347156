-- A report outlives its comment, because its sender has a receipt for it and the yearly
-- report counts it; its texts do not. law is a code of a kind of law, for a notice of
-- illegal content. told_at is when the mail about its end was queued. seen copies
-- comments.reports_seen when the comment is deleted.
ALTER TABLE reports DROP CONSTRAINT reports_comment_id_fkey;
ALTER TABLE reports ADD COLUMN law TEXT NOT NULL DEFAULT '';
ALTER TABLE reports ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE reports ADD COLUMN email TEXT NOT NULL DEFAULT '';
ALTER TABLE reports ADD COLUMN proven BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE reports ADD COLUMN told_at BIGINT;
ALTER TABLE reports ADD COLUMN seen BIGINT;
CREATE INDEX reports_time ON reports (at);
CREATE INDEX reports_email ON reports (email) WHERE email <> '';
