-- How often each robot asked for something on a day (20261126, UTC), by outcome. No
-- address of a robot is stored.
CREATE TABLE robot_fetches (
  day    BIGINT NOT NULL,
  agent  TEXT NOT NULL,
  pages  BIGINT NOT NULL,
  feeds  BIGINT NOT NULL,
  files  BIGINT NOT NULL,
  denied BIGINT NOT NULL,
  slowed BIGINT NOT NULL,
  PRIMARY KEY (day, agent)
) {without rowid};
