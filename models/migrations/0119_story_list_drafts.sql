-- The editors' list of articles shows the time of the newest draft, and is ordered by it.
CREATE INDEX article_drafts_changed ON article_drafts (at, article_id);
