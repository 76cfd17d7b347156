-- Decisions at the desk: comments that their commenter removed, undo that says
-- what it takes back, and figures and marks that agree with the log.

-- The commenter removed the comment or erased it. Moderators cannot publish it.
ALTER TABLE comments ADD COLUMN withdrawn BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE comments SET withdrawn = TRUE WHERE state IN ('spam', 'trash')
  AND id IN (SELECT comment_id FROM comment_log WHERE reason = 'removed by its writer');

-- What the operation did (approve, decline, answer and so on), and the account
-- that took it back.
ALTER TABLE undo_rows ADD COLUMN action TEXT NOT NULL DEFAULT '';
ALTER TABLE undo_rows ADD COLUMN undone_by_id BIGINT;

-- A rule marks a comment only where it asked for more than publication.
DELETE FROM comment_marks WHERE kind = 'rule' AND NOT EXISTS (
  SELECT 1 FROM comments c, jsonb_array_elements(CASE WHEN c.reasons LIKE '[%' THEN c.reasons ELSE '[]' END::jsonb) r
  WHERE c.id = comment_marks.comment_id AND r ->> 'rule' = comment_marks.value AND r ->> 'state' <> 'approve');

-- The decisions are counted again from the log: each one counts as changed at
-- most once.
UPDATE figures SET decided = 0, reversed = 0;
DELETE FROM moderator_figures;
DELETE FROM cursors WHERE name = 'figures: log';
