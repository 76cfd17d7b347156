-- How often readers have followed each redirect since this was counted, and when last. An
-- editor sees which redirects nobody needs any more.
ALTER TABLE redirects ADD COLUMN hits BIGINT NOT NULL DEFAULT 0;
ALTER TABLE redirects ADD COLUMN used_at BIGINT;
