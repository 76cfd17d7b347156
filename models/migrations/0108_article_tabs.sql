-- The versions that each open page of a form has stored. A page that did not get the answer
-- to a save sends the next text over its own version, which is nobody else's change.
CREATE TABLE article_tabs (
  tab        TEXT   NOT NULL,
  nth        BIGINT NOT NULL,
  article_id BIGINT NOT NULL,
  number     BIGINT NOT NULL,
  PRIMARY KEY (tab, nth, article_id),
  FOREIGN KEY (article_id, number) REFERENCES article_versions (article_id, number) ON DELETE CASCADE
);
CREATE INDEX article_tabs_version ON article_tabs (article_id, number);
