-- Erasing a commenter removes every trace of them.

-- The commenter's data were removed: an import must not bring them back.
ALTER TABLE comments ADD COLUMN forgotten BOOLEAN NOT NULL DEFAULT FALSE;

-- Recommendations and reports by one browser.
CREATE INDEX recommendations_token ON recommendations (token_hash) WHERE NOT expired;
CREATE INDEX reports_token ON reports (token_hash) WHERE NOT expired;

-- How many unconfirmed addresses were asked within an hour.
CREATE INDEX addresses_asked ON addresses (asked_at) WHERE asked_at IS NOT NULL;

-- Answers of mail servers quote addresses; new ones are stored without.
UPDATE jobs SET error = '' WHERE error LIKE '%@%';
