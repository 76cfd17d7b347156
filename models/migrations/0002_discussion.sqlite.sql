-- Leave a Reply to its full depth.

-- Halves of the text's fingerprint, by which near-repeats are found.
ALTER TABLE comments ADD COLUMN similar_a INTEGER;
ALTER TABLE comments ADD COLUMN similar_b INTEGER;
-- What the spam model was taught by this comment: '', 'spam' or 'ham'.
ALTER TABLE comments ADD COLUMN learned TEXT NOT NULL DEFAULT '';
ALTER TABLE comments ADD COLUMN recommends INTEGER NOT NULL DEFAULT 0;
ALTER TABLE comments ADD COLUMN reports INTEGER NOT NULL DEFAULT 0;
-- Reports up to this instant were looked at by a moderator.
ALTER TABLE comments ADD COLUMN reports_seen INTEGER;
CREATE INDEX comments_similar_a ON comments (similar_a, created_at) WHERE similar_a IS NOT NULL;
CREATE INDEX comments_similar_b ON comments (similar_b, created_at) WHERE similar_b IS NOT NULL;
CREATE INDEX comments_network ON comments (network, created_at) WHERE network <> '';
CREATE INDEX comments_recommended ON comments (article_id, recommends DESC, created_at, id) WHERE depth = 0 AND thread_shown > 0;
CREATE INDEX comments_reported ON comments (reports, id) WHERE reports > 0;
-- Where comments came from is forgotten after a while.
CREATE INDEX comments_addressed ON comments (created_at) WHERE ip <> '';
CREATE INDEX comments_networked ON comments (created_at) WHERE network <> '';
-- A page reads the first answers of a thread; those that are not public must
-- not stand in the way.
DROP INDEX comments_replies;
CREATE INDEX comments_replies ON comments (root_id, created_at, id) WHERE depth > 0 AND state = 'approve';
CREATE INDEX comments_root ON comments (root_id) WHERE depth > 0;

-- How many threads are shown in each stretch of a long discussion, from the
-- comment named on to the next row's. Only articles with many have rows.
CREATE TABLE thread_blocks (
  article_id INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
  first_at   INTEGER NOT NULL,
  first_id   INTEGER NOT NULL,
  threads    INTEGER NOT NULL,
  PRIMARY KEY (article_id, first_at, first_id)
) WITHOUT ROWID;

-- What a comment said before it was edited.
CREATE TABLE comment_versions (
  comment_id INTEGER NOT NULL REFERENCES comments (id) ON DELETE CASCADE,
  version    INTEGER NOT NULL,
  at         INTEGER NOT NULL,
  text       TEXT NOT NULL,
  PRIMARY KEY (comment_id, version)
) WITHOUT ROWID;

CREATE TABLE recommendations (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  comment_id INTEGER NOT NULL REFERENCES comments (id) ON DELETE CASCADE,
  token_hash TEXT NOT NULL,
  network    TEXT NOT NULL,
  at         INTEGER NOT NULL,
  expired    BOOLEAN NOT NULL DEFAULT FALSE,
  UNIQUE (comment_id, token_hash),
  UNIQUE (comment_id, network)
);

CREATE TABLE reports (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  comment_id INTEGER NOT NULL REFERENCES comments (id) ON DELETE CASCADE,
  reason     TEXT NOT NULL,
  note       TEXT NOT NULL DEFAULT '',
  token_hash TEXT NOT NULL,
  network    TEXT NOT NULL,
  at         INTEGER NOT NULL,
  expired    BOOLEAN NOT NULL DEFAULT FALSE,
  UNIQUE (comment_id, network)
);
CREATE INDEX recommendations_at ON recommendations (at) WHERE NOT expired;
CREATE INDEX reports_at ON reports (at) WHERE NOT expired;
CREATE INDEX reports_network ON reports (network, at);

-- What decisions have taught the spam model: in how many texts of each kind
-- a feature stood. Feature 0 counts the texts themselves.
CREATE TABLE spam_features (
  feature INTEGER PRIMARY KEY,
  spam    INTEGER NOT NULL DEFAULT 0,
  ham     INTEGER NOT NULL DEFAULT 0
);

-- How far a task that follows a table has come.
CREATE TABLE cursors (
  name    TEXT PRIMARY KEY,
  last_id INTEGER NOT NULL
) WITHOUT ROWID;
