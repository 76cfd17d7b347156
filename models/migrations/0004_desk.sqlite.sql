-- The desk: who is signed in, and decisions that can be undone and proved.

-- The key of one-time passwords (RFC 6238), and the step last used, so that
-- none works twice.
ALTER TABLE users ADD COLUMN totp_secret TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN totp_step INTEGER NOT NULL DEFAULT 0;

CREATE TABLE recovery_codes (
  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  hash    TEXT NOT NULL,
  PRIMARY KEY (user_id, hash)
);

CREATE TABLE sessions (
  hash       TEXT PRIMARY KEY,
  user_id    INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  role       TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  seen_at    INTEGER NOT NULL,
  network    TEXT NOT NULL,
  agent      TEXT NOT NULL
);
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_seen ON sessions (seen_at);

-- From where an account was signed in to before.
CREATE TABLE known_networks (
  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  network TEXT NOT NULL,
  at      INTEGER NOT NULL,
  PRIMARY KEY (user_id, network)
);

-- Failed sign-ins within a window, by network, by account and network, and
-- by account.
CREATE TABLE sign_in_failures (
  key      TEXT PRIMARY KEY,
  failures INTEGER NOT NULL,
  since    INTEGER NOT NULL
);
CREATE INDEX sign_in_failures_since ON sign_in_failures (since);

-- The log of decisions becomes a chain: each entry carries the hash of what
-- it says and of the entry before.
ALTER TABLE comment_log ADD COLUMN operation TEXT NOT NULL DEFAULT '';
ALTER TABLE comment_log ADD COLUMN note TEXT NOT NULL DEFAULT '';
ALTER TABLE comment_log ADD COLUMN hash TEXT NOT NULL DEFAULT '';
CREATE INDEX comment_log_at ON comment_log (at);

-- How many entries it has, so that none can be taken off its end unseen.
INSERT INTO comment_totals (state, comments) SELECT 'log', COUNT(*) FROM comment_log;

-- What is needed to take a decision back, for a short while: how each comment
-- was before. Those with the same operation were decided together.
CREATE TABLE undo_rows (
  operation     TEXT NOT NULL,
  comment_id    INTEGER NOT NULL REFERENCES comments (id) ON DELETE CASCADE,
  actor_id      INTEGER,
  at            INTEGER NOT NULL,
  undone_by     TEXT NOT NULL DEFAULT '',
  version       INTEGER NOT NULL,
  state         TEXT NOT NULL,
  state_before  TEXT NOT NULL,
  state_at      INTEGER,
  duplicate_key TEXT,
  reports       INTEGER NOT NULL,
  reports_seen  INTEGER,
  PRIMARY KEY (operation, comment_id)
);
CREATE INDEX undo_rows_at ON undo_rows (at);
CREATE INDEX undo_rows_actor ON undo_rows (actor_id, at) WHERE actor_id IS NOT NULL;
