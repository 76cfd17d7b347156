-- Redirects that editors look after: who made or changed each, and when. 0 and '' are
-- for those from before.
ALTER TABLE redirects ADD COLUMN changed_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE redirects ADD COLUMN actor TEXT NOT NULL DEFAULT '';
CREATE INDEX redirects_target ON redirects (target);
-- Tags (kind 2) and authors (kind 3) with similar names that an editor wants to keep apart.
CREATE TABLE term_apart (
  kind   BIGINT NOT NULL,
  lower  BIGINT NOT NULL,
  higher BIGINT NOT NULL,
  PRIMARY KEY (kind, lower, higher)
) {without rowid};
