-- Who may comment on one article: everyone, verified or staff; '' is as the
-- site says. And whether its comments can be recommended.
ALTER TABLE articles ADD COLUMN comments_who TEXT NOT NULL DEFAULT '';
ALTER TABLE articles ADD COLUMN recommends_off BOOLEAN NOT NULL DEFAULT FALSE;

-- When a link was last sent to an address, by which a browser shows that the
-- address is its own.
ALTER TABLE addresses ADD COLUMN proof_at BIGINT;

-- How often a comment was recommended again from where that was counted
-- already.
ALTER TABLE comments ADD COLUMN recommends_again BIGINT NOT NULL DEFAULT 0;
