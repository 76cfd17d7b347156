-- Kept figures of what comes in and is decided, and mail about what waits.

-- By hour (since 1970) and section (0 for none): what came in and in which
-- state, what people decided, and what of that was decided otherwise within
-- a week.
CREATE TABLE figures (
  hour     BIGINT NOT NULL,
  section  BIGINT NOT NULL,
  arrived  BIGINT NOT NULL DEFAULT 0,
  held     BIGINT NOT NULL DEFAULT 0,
  decided  BIGINT NOT NULL DEFAULT 0,
  reversed BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (hour, section)
);

-- How much each moderator decided, by hour.
CREATE TABLE moderator_figures (
  hour    BIGINT NOT NULL,
  actor   TEXT NOT NULL,
  decided BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (hour, actor)
);

-- What came in within five minutes, by which a surge is noticed.
CREATE TABLE arrivals (
  slot     BIGINT PRIMARY KEY,
  comments BIGINT NOT NULL
);

-- How somebody wants to hear of held comments, and how far they were told.
CREATE TABLE held_mail (
  user_id BIGINT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  wish    TEXT NOT NULL DEFAULT '',
  last_id BIGINT NOT NULL DEFAULT 0,
  sent_at BIGINT
);

-- What one mail asked to decide. The link in it opens this set and no other.
CREATE TABLE held_sets (
  id         TEXT PRIMARY KEY,
  user_id    BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  created_at BIGINT NOT NULL
);
CREATE INDEX held_sets_created ON held_sets (created_at);
CREATE TABLE held_items (
  set_id     TEXT NOT NULL REFERENCES held_sets (id) ON DELETE CASCADE,
  comment_id BIGINT NOT NULL REFERENCES comments (id) ON DELETE CASCADE,
  version    BIGINT NOT NULL,
  used_at    BIGINT,
  PRIMARY KEY (set_id, comment_id)
);
CREATE INDEX held_items_comment ON held_items (comment_id);
