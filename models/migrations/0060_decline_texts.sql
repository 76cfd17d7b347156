-- The newsroom's own sentence for a reason for not publishing a comment, in a language.
CREATE TABLE decline_texts (
  reason   TEXT NOT NULL,
  language TEXT NOT NULL,
  text     TEXT NOT NULL,
  PRIMARY KEY (reason, language)
) {without rowid};
