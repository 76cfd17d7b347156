-- Marks that the site has set itself from its moderators' decisions, the
-- newest in force: how many decided comments each was set from, and how many of
-- them reach it. Only the newest row has the model of the decisions.
CREATE TABLE spam_marks (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  mark REAL NOT NULL,
  good INTEGER NOT NULL,
  held INTEGER NOT NULL,
  spam INTEGER NOT NULL,
  caught INTEGER NOT NULL,
  decisions INTEGER NOT NULL,
  log_id INTEGER NOT NULL,
  model BLOB NOT NULL
);

-- The newest decided comments, from which the mark is set.
CREATE INDEX comments_learned ON comments(learned, id) WHERE learned <> '';
