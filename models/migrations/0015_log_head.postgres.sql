-- The head of the log of decisions: how many entries it has and the hash of the
-- last, signed with a key that is not in the database. There is one row.
CREATE TABLE comment_log_heads (
    id BIGINT PRIMARY KEY,
    entries BIGINT NOT NULL,
    last_id BIGINT NOT NULL,
    hash TEXT NOT NULL,
    old_id BIGINT NOT NULL,
    old_hash TEXT NOT NULL,
    mac TEXT NOT NULL
);
