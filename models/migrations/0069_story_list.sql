-- The editors' list of articles: the last changed first, of all statuses and of one.
CREATE INDEX articles_changed ON articles (updated_at, id);
CREATE INDEX articles_status_changed ON articles (status, updated_at, id);
DROP INDEX articles_unpublished;
