-- Kept figures of what comes in and is decided, and mail about what waits.

-- By hour (since 1970) and section (0 for none): what came in and in which
-- state, what people decided, and what of that was decided otherwise within
-- a week.
CREATE TABLE figures (
  hour     INTEGER NOT NULL,
  section  INTEGER NOT NULL,
  arrived  INTEGER NOT NULL DEFAULT 0,
  held     INTEGER NOT NULL DEFAULT 0,
  decided  INTEGER NOT NULL DEFAULT 0,
  reversed INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (hour, section)
) WITHOUT ROWID;

-- How much each moderator decided, by hour.
CREATE TABLE moderator_figures (
  hour    INTEGER NOT NULL,
  actor   TEXT NOT NULL,
  decided INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (hour, actor)
) WITHOUT ROWID;

-- What came in within five minutes, by which a surge is noticed.
CREATE TABLE arrivals (
  slot     INTEGER PRIMARY KEY,
  comments INTEGER NOT NULL
);

-- How somebody wants to hear of held comments, and how far they were told.
CREATE TABLE held_mail (
  user_id INTEGER PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  wish    TEXT NOT NULL DEFAULT '',
  last_id INTEGER NOT NULL DEFAULT 0,
  sent_at INTEGER
);

-- What one mail asked to decide. The link in it opens this set and no other.
CREATE TABLE held_sets (
  id         TEXT PRIMARY KEY,
  user_id    INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  created_at INTEGER NOT NULL
);
CREATE INDEX held_sets_created ON held_sets (created_at);
CREATE TABLE held_items (
  set_id     TEXT NOT NULL REFERENCES held_sets (id) ON DELETE CASCADE,
  comment_id INTEGER NOT NULL REFERENCES comments (id) ON DELETE CASCADE,
  version    INTEGER NOT NULL,
  used_at    INTEGER,
  PRIMARY KEY (set_id, comment_id)
) WITHOUT ROWID;
CREATE INDEX held_items_comment ON held_items (comment_id);
