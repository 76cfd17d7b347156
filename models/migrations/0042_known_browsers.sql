-- Browsers in which an account has signed in, by the hash of a token in their cookie:
-- the owner is told of a new one. seen_at is when an account was last used.
CREATE TABLE known_browsers (
  user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  hash    TEXT NOT NULL,
  at      BIGINT NOT NULL,
  PRIMARY KEY (user_id, hash)
);
ALTER TABLE users ADD COLUMN seen_at BIGINT;
UPDATE users SET seen_at = (SELECT MAX(seen_at) FROM sessions WHERE sessions.user_id = users.id);
