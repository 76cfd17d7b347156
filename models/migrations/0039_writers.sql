-- The moderators' notes about one writer: an account, an address or a browser.
-- A note goes with the writer's data.
CREATE TABLE writer_notes (
  id       {id},
  kind     TEXT NOT NULL,
  value    TEXT NOT NULL,
  text     TEXT NOT NULL,
  set_by   TEXT NOT NULL,
  set_by_id BIGINT,
  at       BIGINT NOT NULL
);
CREATE INDEX writer_notes_writer ON writer_notes (kind, value, id);

-- Why a ban was set, by a code; the comment that led to it; and how many published
-- comments of how many other people it would have touched.
ALTER TABLE bans ADD COLUMN code TEXT NOT NULL DEFAULT '';
ALTER TABLE bans ADD COLUMN occasion_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE bans ADD COLUMN reach BIGINT NOT NULL DEFAULT 0;
ALTER TABLE bans ADD COLUMN reach_people BIGINT NOT NULL DEFAULT 0;

-- The comments of one browser in their order.
CREATE INDEX comments_browser ON comments (token_hash, created_at) WHERE token_hash <> '';
