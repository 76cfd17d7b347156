-- What editors have set for the front page and for the breaking line. Each row is a whole
-- arrangement, so a change is one row, an earlier one can be restored, and the newest row
-- is in force. Row 0 is the empty arrangement; writers lock it. The table before had one
-- article for each place; no version of the program wrote it.
CREATE TABLE front_versions (
  version  BIGINT PRIMARY KEY,
  made_at  BIGINT NOT NULL,
  act      TEXT NOT NULL,
  actor    TEXT NOT NULL,
  actor_id BIGINT,
  content  TEXT NOT NULL
);
CREATE INDEX front_versions_made ON front_versions (made_at);
INSERT INTO front_versions (version, made_at, act, actor, content) VALUES (0, 0, '', '', '');
DROP TABLE front_slots;
