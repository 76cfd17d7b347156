-- The figures of a day are kept by the day of the site's time zone, so that a page
-- about 90 days reads few rows. They are counted again from the comments and the log.
CREATE TABLE figure_days (
    day BIGINT NOT NULL,
    section BIGINT NOT NULL,
    arrived BIGINT NOT NULL DEFAULT 0,
    held BIGINT NOT NULL DEFAULT 0,
    decided BIGINT NOT NULL DEFAULT 0,
    reversed BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (day, section)
);

-- The decisions of a day by section, moderator (0 for no account) and kind: the state
-- they led to, or the reason for which a comment was declined.
CREATE TABLE decision_days (
    day BIGINT NOT NULL,
    section BIGINT NOT NULL,
    actor_id BIGINT NOT NULL,
    actor TEXT NOT NULL,
    kind TEXT NOT NULL,
    decided BIGINT NOT NULL DEFAULT 0,
    reversed BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (day, section, actor_id, actor, kind)
);

-- The time zone of the days above. There is at most one row.
CREATE TABLE figure_zones (
    id BIGINT PRIMARY KEY,
    zone TEXT NOT NULL
);

DROP TABLE moderator_figures;
DELETE FROM figures;
DELETE FROM arrivals;
DELETE FROM cursors WHERE name IN ('figures: log', 'figures: comments');

-- The targets of the desk that were missed once: since when one is missed now, and
-- when the last mail of a beginning was sent.
CREATE TABLE desk_targets (
    name TEXT PRIMARY KEY,
    since BIGINT,
    told BIGINT NOT NULL DEFAULT 0,
    mailed_at BIGINT
);

-- The accounts that asked for mail about missed targets.
CREATE TABLE target_mail (
    user_id BIGINT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE
);
