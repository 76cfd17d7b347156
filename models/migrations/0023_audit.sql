-- One log of changes to settings, accounts and articles, which is only ever
-- added to. It is the log of settings with more columns: its rows keep their
-- numbers, because decisions on comments name the last change of a setting.
ALTER TABLE setting_log RENAME TO audit;
ALTER TABLE audit RENAME COLUMN key TO subject_name;
ALTER TABLE audit RENAME COLUMN value_before TO "before";
ALTER TABLE audit RENAME COLUMN value_after TO "after";
ALTER TABLE audit ADD COLUMN subject TEXT NOT NULL DEFAULT 'setting';
ALTER TABLE audit ADD COLUMN subject_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE audit ADD COLUMN verb TEXT NOT NULL DEFAULT 'set';

-- How an article takes comments was logged as a setting named article:ID.
UPDATE audit SET subject = 'article', subject_id = CAST(SUBSTR(subject_name, 9) AS BIGINT), subject_name = '', verb = 'comments'
  WHERE subject_name LIKE 'article:%';

INSERT INTO audit (at, actor, actor_id, subject, subject_id, subject_name, verb, "before", "after")
  SELECT at, actor, actor_id, 'account', person_id, person, what, '', detail FROM people_log ORDER BY id;
DROP TABLE people_log;

CREATE INDEX audit_subjects ON audit (subject, id);
CREATE INDEX audit_subject ON audit (subject, subject_id, id);
