-- Readers that get digests by mail. A row without confirmed_at is a request whose
-- address is not proven. token_hash and network are the origin of the request, for
-- the limits of mail to unproven addresses.
CREATE TABLE digest_subscriptions (
  id           {id},
  email        TEXT NOT NULL UNIQUE,
  frequency    TEXT NOT NULL,
  token_hash   TEXT NOT NULL DEFAULT '',
  network      TEXT NOT NULL DEFAULT '',
  created_at   BIGINT NOT NULL,
  asked_at     BIGINT,
  asks         BIGINT NOT NULL DEFAULT 0,
  confirmed_at BIGINT,
  linked_at    BIGINT,
  failures     BIGINT NOT NULL DEFAULT 0,
  failed_at    BIGINT,
  last_failed  BIGINT NOT NULL DEFAULT 0,
  bounced_at   BIGINT,
  bounce       TEXT NOT NULL DEFAULT '',
  last_issue   BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX digest_subscriptions_confirmed ON digest_subscriptions (frequency, id) WHERE confirmed_at IS NOT NULL;
CREATE INDEX digest_subscriptions_asked ON digest_subscriptions (asked_at) WHERE asked_at IS NOT NULL;
CREATE INDEX digest_subscriptions_open ON digest_subscriptions (created_at) WHERE confirmed_at IS NULL;
CREATE INDEX digest_subscriptions_bounced ON digest_subscriptions (bounced_at) WHERE bounced_at IS NOT NULL;

-- What a reader subscribed to. Category 0 is the whole paper.
CREATE TABLE digest_choices (
  subscription_id BIGINT NOT NULL REFERENCES digest_subscriptions (id) ON DELETE CASCADE,
  category_id     BIGINT NOT NULL,
  PRIMARY KEY (subscription_id, category_id)
) {without rowid};
CREATE INDEX digest_choices_category ON digest_choices (category_id, subscription_id);

-- The digests of one day, daily or weekly. day is the date in the site's zone.
-- Stories between since and until are in it. Recipients up to number queued_to
-- have their job.
CREATE TABLE digest_issues (
  id         {id},
  frequency  TEXT NOT NULL,
  day        TEXT NOT NULL,
  since      BIGINT NOT NULL,
  until      BIGINT NOT NULL,
  opening    TEXT NOT NULL DEFAULT '',
  queued_to  BIGINT NOT NULL DEFAULT 0,
  queued_at  BIGINT,
  recipients BIGINT NOT NULL DEFAULT 0,
  sent       BIGINT NOT NULL DEFAULT 0,
  failed     BIGINT NOT NULL DEFAULT 0,
  skipped    BIGINT NOT NULL DEFAULT 0,
  refusals   BIGINT NOT NULL DEFAULT 0,
  held_until BIGINT,
  stopped_at BIGINT,
  error      TEXT NOT NULL DEFAULT '',
  UNIQUE (frequency, day)
);
CREATE INDEX digest_issues_open ON digest_issues (id) WHERE queued_at IS NULL;

CREATE TABLE digest_stories (
  issue_id    BIGINT NOT NULL REFERENCES digest_issues (id) ON DELETE CASCADE,
  category_id BIGINT NOT NULL,
  position    BIGINT NOT NULL,
  article_id  BIGINT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
  PRIMARY KEY (issue_id, category_id, position)
) {without rowid};
CREATE INDEX digest_stories_article ON digest_stories (article_id, category_id);

CREATE TABLE digest_comments (
  issue_id    BIGINT NOT NULL REFERENCES digest_issues (id) ON DELETE CASCADE,
  category_id BIGINT NOT NULL,
  position    BIGINT NOT NULL,
  comment_id  BIGINT NOT NULL REFERENCES comments (id) ON DELETE CASCADE,
  PRIMARY KEY (issue_id, category_id, position)
) {without rowid};
CREATE INDEX digest_comments_comment ON digest_comments (comment_id);

-- An editor's words at the head of the next issue.
CREATE TABLE digest_openings (
  frequency TEXT PRIMARY KEY,
  text      TEXT NOT NULL,
  version   BIGINT NOT NULL,
  actor     TEXT NOT NULL,
  at        BIGINT NOT NULL
);
