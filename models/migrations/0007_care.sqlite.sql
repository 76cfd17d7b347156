-- Care for discussions: bans, closing and slow mode, which rules were in force.

-- Whom a ban means, by one of four marks. A row is never deleted: a ban that
-- is over is part of the record.
CREATE TABLE bans (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  kind       TEXT NOT NULL,
  mark       TEXT NOT NULL,
  value      TEXT NOT NULL,
  reason     TEXT NOT NULL,
  words      TEXT NOT NULL DEFAULT '',
  set_by     TEXT NOT NULL,
  set_by_id  INTEGER,
  created_at INTEGER NOT NULL,
  ends_at    INTEGER,
  ended_at   INTEGER,
  ended_by   TEXT NOT NULL DEFAULT ''
);
CREATE INDEX bans_active ON bans (id) WHERE ended_at IS NULL;
CREATE INDEX bans_value ON bans (mark, value);

-- Minutes that one person waits between two comments; and whether somebody
-- has opened the comments by hand, which no age closes again.
ALTER TABLE articles ADD COLUMN comments_slow INTEGER NOT NULL DEFAULT 0;
ALTER TABLE articles ADD COLUMN comments_by_hand BOOLEAN NOT NULL DEFAULT FALSE;

-- Every change of a setting; only ever added to. The number of the last one
-- names the rules that were in force.
CREATE TABLE setting_log (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  at           INTEGER NOT NULL,
  actor        TEXT NOT NULL,
  actor_id     INTEGER,
  key          TEXT NOT NULL,
  value_before TEXT NOT NULL,
  value_after  TEXT NOT NULL
);
ALTER TABLE comment_log ADD COLUMN rules_version INTEGER NOT NULL DEFAULT 0;

-- Spam and trash that is to be deleted for good.
CREATE INDEX comments_refused ON comments (state_at, id) WHERE state IN ('spam', 'trash') AND text <> '';

-- A comment that is deleted takes these rows along; without an index every
-- one of them would be looked at.
CREATE INDEX undo_rows_comment ON undo_rows (comment_id);
CREATE INDEX follow_news_reply ON follow_news (reply_id);
