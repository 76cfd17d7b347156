-- Authors whose name has changed: their articles are indexed again in the
-- background. times counts the changes, so that none is missed meanwhile.
CREATE TABLE search_renamed (
  author_id {key},
  times     BIGINT NOT NULL
);
