-- Signing in with passkeys, accounts that have ended, moderators of sections.

-- An account that has ended lets nobody in; its decisions keep their name.
ALTER TABLE users ADD COLUMN ended_at INTEGER;
-- A moderator of some sections only; which ones stands in user_sections.
ALTER TABLE users ADD COLUMN limited BOOLEAN NOT NULL DEFAULT FALSE;

-- The row outlives its section, so that a limit never falls away by itself.
CREATE TABLE user_sections (
  user_id     INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  category_id INTEGER REFERENCES categories (id) ON DELETE SET NULL
);
CREATE UNIQUE INDEX user_sections_both ON user_sections (user_id, category_id);
CREATE INDEX user_sections_category ON user_sections (category_id);

-- A passkey: what the authenticator gave (WebAuthn's credential record, as
-- JSON), and the count of signatures it last showed.
CREATE TABLE passkeys (
  id         INTEGER PRIMARY KEY,
  user_id    INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  credential TEXT NOT NULL,
  record     TEXT NOT NULL,
  signatures INTEGER NOT NULL,
  name       TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  used_at    INTEGER,
  copied_at  INTEGER
);
CREATE UNIQUE INDEX passkeys_credential ON passkeys (credential);
CREATE INDEX passkeys_user ON passkeys (user_id, id);

-- What works once and has been used: challenges of passkeys, until they are
-- too old to be taken anyway.
CREATE TABLE used_challenges (
  hash TEXT PRIMARY KEY,
  at   INTEGER NOT NULL
);
CREATE INDEX used_challenges_at ON used_challenges (at);

-- What was done to accounts, by whom. Append-only.
CREATE TABLE people_log (
  id        INTEGER PRIMARY KEY,
  at        INTEGER NOT NULL,
  actor_id  INTEGER,
  actor     TEXT NOT NULL,
  person_id INTEGER NOT NULL,
  person    TEXT NOT NULL,
  what      TEXT NOT NULL,
  detail    TEXT NOT NULL
);
CREATE INDEX people_log_person ON people_log (person_id, id);
