-- The head of the log of decisions: how many entries it has and the hash of the
-- last, signed with a key that is not in the database. There is one row.
CREATE TABLE comment_log_heads (
    id INTEGER PRIMARY KEY,
    entries INTEGER NOT NULL,
    last_id INTEGER NOT NULL,
    hash TEXT NOT NULL,
    old_id INTEGER NOT NULL,
    old_hash TEXT NOT NULL,
    mac TEXT NOT NULL
);
