-- Changes of categories (kind 1), tags (2) and authors (3) that editors can undo. terms has
-- the rows before and after the change, as JSON; it is '' once the change cannot be undone
-- any more. The rows stay: they are the log of these changes.
CREATE TABLE term_changes (
  id         {id},
  at         BIGINT NOT NULL,
  kind       BIGINT NOT NULL,
  subject_id BIGINT NOT NULL,
  verb       TEXT   NOT NULL,
  name       TEXT   NOT NULL,
  other      TEXT   NOT NULL,
  actor      TEXT   NOT NULL,
  actor_id   BIGINT,
  terms      TEXT   NOT NULL,
  undone_at  BIGINT,
  undone_by  TEXT   NOT NULL DEFAULT ''
);
CREATE INDEX term_changes_subject ON term_changes (kind, subject_id, id);
CREATE INDEX term_changes_open ON term_changes (at) WHERE terms <> '';
-- The terms of each article that such a change concerns, before and after, and those that
-- moderators, invitations and subscribers have chosen. list is the table.
CREATE TABLE term_change_lists (
  change_id  BIGINT NOT NULL REFERENCES term_changes (id) ON DELETE CASCADE,
  list       TEXT   NOT NULL,
  owner_id   BIGINT NOT NULL,
  was        TEXT   NOT NULL,
  became     TEXT   NOT NULL,
  PRIMARY KEY (change_id, list, owner_id)
) {without rowid};
