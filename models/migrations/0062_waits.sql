-- How long comments waited in the queue until a person decided them, by the day of the
-- decision in the site's time zone: the number of comments for each number of minutes.
-- Section -1 is the whole site, 0 stands for no section.
CREATE TABLE wait_days (
    day BIGINT NOT NULL,
    section BIGINT NOT NULL,
    minutes BIGINT NOT NULL,
    comments BIGINT NOT NULL,
    PRIMARY KEY (day, section, minutes)
) {without rowid};

-- The median and the 90th percentile of the rows above for a day and a section. A page
-- about the whole site or about one section reads these rows only.
CREATE TABLE wait_figures (
    day BIGINT NOT NULL,
    section BIGINT NOT NULL,
    comments BIGINT NOT NULL,
    p50 BIGINT NOT NULL,
    p90 BIGINT NOT NULL,
    PRIMARY KEY (day, section)
) {without rowid};
