-- A report outlives its comment, because its sender has a receipt for it and the yearly
-- report counts it; its texts do not. law is a code of a kind of law, for a notice of
-- illegal content. told_at is when the mail about its end was queued. seen copies
-- comments.reports_seen when the comment is deleted.
CREATE TABLE reports_new (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  comment_id INTEGER NOT NULL,
  reason     TEXT NOT NULL,
  note       TEXT NOT NULL DEFAULT '',
  token_hash TEXT NOT NULL,
  network    TEXT NOT NULL,
  at         INTEGER NOT NULL,
  expired    BOOLEAN NOT NULL DEFAULT FALSE,
  law        TEXT NOT NULL DEFAULT '',
  name       TEXT NOT NULL DEFAULT '',
  email      TEXT NOT NULL DEFAULT '',
  proven     BOOLEAN NOT NULL DEFAULT FALSE,
  told_at    INTEGER,
  seen       INTEGER,
  UNIQUE (comment_id, network)
);
INSERT INTO reports_new (id, comment_id, reason, note, token_hash, network, at, expired)
  SELECT id, comment_id, reason, note, token_hash, network, at, expired FROM reports ORDER BY id;
DROP TABLE reports;
ALTER TABLE reports_new RENAME TO reports;
CREATE INDEX reports_at ON reports (at) WHERE NOT expired;
CREATE INDEX reports_network ON reports (network, at);
CREATE INDEX reports_token ON reports (token_hash) WHERE NOT expired;
CREATE INDEX reports_time ON reports (at);
CREATE INDEX reports_email ON reports (email) WHERE email <> '';
