-- Work that must be done later, and mail to those who write comments.

CREATE TABLE jobs (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  kind       TEXT NOT NULL,
  key        TEXT NOT NULL,
  payload    TEXT NOT NULL,
  run_at     INTEGER NOT NULL,
  attempts   INTEGER NOT NULL DEFAULT 0,
  held_until INTEGER,
  error      TEXT NOT NULL DEFAULT '',
  dead       BOOLEAN NOT NULL DEFAULT FALSE,
  created_at INTEGER NOT NULL,
  UNIQUE (kind, key)
);
CREATE INDEX jobs_due ON jobs (run_at, id) WHERE NOT dead;

-- What is known of an email address that somebody typed: when its owner was
-- asked, said yes, or said no more.
CREATE TABLE addresses (
  email        TEXT PRIMARY KEY,
  asked_at     INTEGER,
  asked_for    INTEGER,
  confirmed_at INTEGER,
  stopped_at   INTEGER,
  linked_at    INTEGER,
  daily        BOOLEAN NOT NULL DEFAULT FALSE
);

-- The writer of the comment wants to be told about answers to it.
CREATE TABLE follows (
  comment_id   INTEGER PRIMARY KEY REFERENCES comments (id) ON DELETE CASCADE,
  email        TEXT NOT NULL,
  created_at   INTEGER NOT NULL,
  published_at INTEGER
);
CREATE INDEX follows_email ON follows (email);

-- Which answers were told, or are to be told in the daily mail.
CREATE TABLE follow_news (
  comment_id INTEGER NOT NULL REFERENCES follows (comment_id) ON DELETE CASCADE,
  reply_id   INTEGER NOT NULL REFERENCES comments (id) ON DELETE CASCADE,
  told_at    INTEGER,
  PRIMARY KEY (comment_id, reply_id)
);
CREATE INDEX follow_news_untold ON follow_news (comment_id) WHERE told_at IS NULL;

-- The browser had shown that the email is its own.
ALTER TABLE comments ADD COLUMN verified BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX comments_verified ON comments (email, id) WHERE verified AND state = 'approve';
