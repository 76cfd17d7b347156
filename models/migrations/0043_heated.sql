-- What was learned from the comments that moderators declined as abuse: how many of each
-- kind, the share of pairs that the test ordered rightly, and the model, empty where
-- there were too few. There is at most one row.
CREATE TABLE heated_models (
  id     {id},
  at     BIGINT NOT NULL,
  heated BIGINT NOT NULL,
  calm   BIGINT NOT NULL,
  auc    DOUBLE PRECISION NOT NULL,
  log_id BIGINT NOT NULL,
  model  {bytes} NOT NULL
);

-- The scores of waiting comments: in which version of the comment, by which model, and
-- the words that spoke for it, one a line.
CREATE TABLE heated_scores (
  comment_id {key},
  version    BIGINT NOT NULL,
  model_id   BIGINT NOT NULL,
  score      BIGINT NOT NULL,
  words      TEXT NOT NULL
);
