-- How often articles were read, in hours and days of UTC. No column tells
-- anything about a reader. Article 0 is the whole site.
CREATE TABLE read_hours (
  hour       BIGINT NOT NULL, -- since 1970
  article_id BIGINT NOT NULL,
  counted    BIGINT NOT NULL,
  robots     BIGINT NOT NULL,
  prefetches BIGINT NOT NULL,
  repeats    BIGINT NOT NULL,
  PRIMARY KEY (hour, article_id)
) {without rowid};

-- Old hours, added up.
CREATE TABLE read_days (
  day        BIGINT NOT NULL, -- since 1970
  article_id BIGINT NOT NULL,
  counted    BIGINT NOT NULL,
  robots     BIGINT NOT NULL,
  prefetches BIGINT NOT NULL,
  repeats    BIGINT NOT NULL,
  PRIMARY KEY (day, article_id)
) {without rowid};

-- The sums of the last hours of read_hours, for the rankings.
CREATE TABLE read_windows (
  days       BIGINT NOT NULL, -- 1 or 7
  article_id BIGINT NOT NULL,
  counted    BIGINT NOT NULL,
  robots     BIGINT NOT NULL,
  prefetches BIGINT NOT NULL,
  repeats    BIGINT NOT NULL,
  PRIMARY KEY (days, article_id)
) {without rowid};
CREATE INDEX read_windows_ranking ON read_windows (days, counted DESC, article_id DESC) WHERE counted > 0;

-- The rankings, which a task makes.
CREATE TABLE top_lists (
  list       TEXT NOT NULL,
  place      BIGINT NOT NULL,
  article_id BIGINT NOT NULL,
  PRIMARY KEY (list, place)
) {without rowid};

DROP INDEX articles_discussed;
