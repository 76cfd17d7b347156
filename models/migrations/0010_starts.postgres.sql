-- When each binary, with what it was told to serve, first ran on this
-- database: no page can have looked as it makes it before.

CREATE TABLE starts (
  build TEXT PRIMARY KEY,
  at    BIGINT NOT NULL
);
