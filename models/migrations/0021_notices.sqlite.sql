-- Faults around the server that a running server has met and only its operator
-- can mend, one row for each kind. The doctor command reads them.

CREATE TABLE notices (
  kind   TEXT PRIMARY KEY,
  detail TEXT NOT NULL,
  at     INTEGER NOT NULL
);
