-- The generation of an account's credentials. It grows with every sign-out
-- everywhere, every change of the password or of a second factor, and when the
-- account is closed. A signed link or a session of an older generation opens
-- nothing.
ALTER TABLE users ADD COLUMN generation INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN generation INTEGER NOT NULL DEFAULT 0;

-- When the owner of an address, or a moderator, last took back the proofs that
-- were given for it. Older links and cookies prove nothing.
ALTER TABLE addresses ADD COLUMN revoked_at INTEGER;

-- Signed links that work once and have been used, by their SHA-256, until they
-- are too old to work anyway.
CREATE TABLE used_links (
  hash  TEXT PRIMARY KEY,
  until INTEGER NOT NULL
);
CREATE INDEX used_links_until ON used_links (until);
