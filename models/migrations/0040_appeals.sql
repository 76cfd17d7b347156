-- Appeals of commenters against decisions not to publish. decision is the number of
-- the entry in comment_log, 0 for a decision of the rules when the comment came in.
-- reason, rule and moderator are those of that decision. The row outlives its
-- comment, because the yearly report counts it; its texts do not. operation is the
-- one that undo reverts.
CREATE TABLE appeals (
  id            {id},
  comment_id    BIGINT NOT NULL,
  article_id    BIGINT NOT NULL,
  decision      BIGINT NOT NULL,
  reason        TEXT NOT NULL DEFAULT '',
  rule          TEXT NOT NULL DEFAULT '',
  moderator     TEXT NOT NULL DEFAULT '',
  moderator_id  BIGINT,
  text          TEXT NOT NULL,
  at            BIGINT NOT NULL,
  outcome       TEXT NOT NULL DEFAULT '',
  decided_at    BIGINT,
  decided_by    TEXT NOT NULL DEFAULT '',
  decided_by_id BIGINT,
  words         TEXT NOT NULL DEFAULT '',
  operation     TEXT NOT NULL DEFAULT '',
  UNIQUE (comment_id, decision)
);
CREATE INDEX appeals_open ON appeals (at, id) WHERE outcome = '';
CREATE INDEX appeals_decided ON appeals (decided_at, id) WHERE outcome <> '';
CREATE INDEX appeals_at ON appeals (at);
CREATE INDEX appeals_operation ON appeals (operation) WHERE operation <> '';
