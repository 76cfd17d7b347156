-- What makes hundreds of decisions an hour possible: finding comments, and
-- not being dealt the card that somebody else is looking at.

-- The words of each comment and of its writer's name, in the form of
-- terms.Index, by the comment's number.
CREATE VIRTUAL TABLE comment_words USING fts4 (words, author, tokenize=simple, matchinfo=fts3, order=desc);

-- What else comments are found by: kind 'host' for where they link to, 'rule'
-- for what spoke about them.
CREATE TABLE comment_marks (
  kind       TEXT NOT NULL,
  value      TEXT NOT NULL,
  comment_id INTEGER NOT NULL,
  PRIMARY KEY (kind, value, comment_id)
) WITHOUT ROWID;
CREATE INDEX comment_marks_comment ON comment_marks (comment_id);

-- Who is looking at which comment right now.
CREATE TABLE claims (
  comment_id INTEGER PRIMARY KEY,
  user_id    INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  until      INTEGER NOT NULL
);
CREATE INDEX claims_until ON claims (until);

CREATE TABLE saved_filters (
  id      INTEGER PRIMARY KEY AUTOINCREMENT,
  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  name    TEXT NOT NULL,
  query   TEXT NOT NULL,
  UNIQUE (user_id, name)
);

-- Words for declining that the newsroom uses again and again.
CREATE TABLE saved_replies (
  id   INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE,
  text TEXT NOT NULL
);

-- What a writer is told about a decision, in the moderator's own words.
ALTER TABLE comment_log ADD COLUMN words TEXT NOT NULL DEFAULT '';

CREATE INDEX comments_user ON comments (user_id, created_at) WHERE user_id IS NOT NULL;
