-- The log at the desk lists the newest entries of an actor or of an act, page by
-- page: each index has the order of the list.
DROP INDEX comment_log_at;
CREATE INDEX comment_log_at ON comment_log (at, id);
CREATE INDEX comment_log_account ON comment_log (actor_id, at, id) WHERE actor_id IS NOT NULL;
CREATE INDEX comment_log_actor ON comment_log (actor, at, id) WHERE actor_id IS NULL;
CREATE INDEX comment_log_to ON comment_log (to_state, at, id);
CREATE INDEX comment_log_reason ON comment_log (reason, at, id);

-- How far a task has checked the chain of the log, and what it found. There is at
-- most one row.
CREATE TABLE comment_log_checks (
    id BIGINT PRIMARY KEY,
    at BIGINT NOT NULL,
    whole_at BIGINT NOT NULL,
    entries BIGINT NOT NULL,
    last_id BIGINT NOT NULL,
    hash TEXT NOT NULL,
    old_id BIGINT NOT NULL,
    old_hash TEXT NOT NULL,
    fault TEXT NOT NULL,
    fault_at BIGINT NOT NULL
);
