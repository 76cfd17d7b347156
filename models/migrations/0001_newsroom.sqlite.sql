-- Broadsheet's first schema. Instants are microseconds since 1970, UTC.

CREATE TABLE changes (
  id   INTEGER PRIMARY KEY AUTOINCREMENT,
  at   INTEGER NOT NULL,
  tags TEXT NOT NULL
);

CREATE TABLE leases (
  name    TEXT PRIMARY KEY,
  holder  TEXT NOT NULL,
  expires INTEGER NOT NULL
);

CREATE TABLE settings (
  key        TEXT PRIMARY KEY,
  value      TEXT NOT NULL,
  updated_at INTEGER NOT NULL
);

-- people ------------------------------------------------------------------

CREATE TABLE users (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  email         TEXT NOT NULL UNIQUE,
  name          TEXT NOT NULL,
  slug          TEXT NOT NULL UNIQUE,
  role          TEXT NOT NULL,
  password_hash TEXT NOT NULL DEFAULT '',
  wp_id         INTEGER UNIQUE,
  created_at    INTEGER NOT NULL,
  updated_at    INTEGER NOT NULL
);

-- newsroom ----------------------------------------------------------------

CREATE TABLE authors (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  slug       TEXT NOT NULL UNIQUE,
  name       TEXT NOT NULL,
  role       TEXT NOT NULL DEFAULT '',
  bio        TEXT NOT NULL DEFAULT '',
  guest      BOOLEAN NOT NULL DEFAULT FALSE,
  user_id    INTEGER REFERENCES users (id),
  created_at INTEGER NOT NULL
);

CREATE TABLE categories (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  parent_id   INTEGER REFERENCES categories (id),
  slug        TEXT NOT NULL,
  path        TEXT NOT NULL UNIQUE,
  name        TEXT NOT NULL,
  description TEXT NOT NULL DEFAULT '',
  position    INTEGER NOT NULL DEFAULT 0,
  own_stories INTEGER NOT NULL DEFAULT 0,
  weight      REAL NOT NULL DEFAULT 1,
  wp_id       INTEGER UNIQUE,
  created_at  INTEGER NOT NULL
);

CREATE TABLE tags (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  slug       TEXT NOT NULL UNIQUE,
  name       TEXT NOT NULL,
  stories    INTEGER NOT NULL DEFAULT 0,
  weight     REAL NOT NULL DEFAULT 1,
  wp_id      INTEGER UNIQUE,
  created_at INTEGER NOT NULL
);

CREATE TABLE media (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  key        TEXT NOT NULL UNIQUE,
  format     TEXT NOT NULL,
  width      INTEGER NOT NULL,
  height     INTEGER NOT NULL,
  bytes      INTEGER NOT NULL,
  alt        TEXT NOT NULL DEFAULT '',
  caption    TEXT NOT NULL DEFAULT '',
  credit     TEXT NOT NULL DEFAULT '',
  focus_x    INTEGER NOT NULL DEFAULT 50,
  focus_y    INTEGER NOT NULL DEFAULT 50,
  wp_id      INTEGER UNIQUE,
  created_at INTEGER NOT NULL
);

CREATE TABLE articles (
  id               INTEGER PRIMARY KEY AUTOINCREMENT,
  guid             TEXT NOT NULL UNIQUE,
  source           TEXT,
  source_id        TEXT,
  wp_id            INTEGER UNIQUE,
  slug             TEXT NOT NULL UNIQUE,
  title            TEXT NOT NULL,
  title_key        TEXT NOT NULL,
  standfirst       TEXT NOT NULL DEFAULT '',
  language         TEXT NOT NULL DEFAULT '',
  status           TEXT NOT NULL,
  status_before    TEXT NOT NULL DEFAULT '',
  status_note      TEXT NOT NULL DEFAULT '',
  status_at        INTEGER,
  published_at     INTEGER,
  local_time       TEXT NOT NULL DEFAULT '',
  revised_at       INTEGER,
  created_at       INTEGER NOT NULL,
  updated_at       INTEGER NOT NULL,
  version          INTEGER NOT NULL DEFAULT 1,
  main_category_id INTEGER REFERENCES categories (id),
  byline           TEXT NOT NULL DEFAULT '',
  byline_slug      TEXT NOT NULL DEFAULT '',
  picture_id       INTEGER REFERENCES media (id),
  words            INTEGER NOT NULL DEFAULT 0,
  comment_status   TEXT NOT NULL DEFAULT 'open',
  comments_close   INTEGER,
  comments_approve INTEGER NOT NULL DEFAULT 0,
  comments_hold    INTEGER NOT NULL DEFAULT 0,
  comments_spam    INTEGER NOT NULL DEFAULT 0,
  comments_trash   INTEGER NOT NULL DEFAULT 0,
  threads          INTEGER NOT NULL DEFAULT 0,
  corrections      INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX articles_source ON articles (source, source_id);
CREATE INDEX articles_source_id ON articles (source_id) WHERE source_id IS NOT NULL;
CREATE INDEX articles_due ON articles (published_at) WHERE status = 'scheduled';
CREATE INDEX articles_title ON articles (title_key, id) WHERE status = 'published';
CREATE INDEX articles_discussed ON articles (comments_approve DESC, id DESC) WHERE status = 'published';

-- Bodies stand apart, so that a list never reads past one.
CREATE TABLE article_bodies (
  article_id INTEGER PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE,
  format     TEXT NOT NULL,
  source     TEXT NOT NULL,
  html       TEXT NOT NULL,
  policy     INTEGER NOT NULL,
  digest     TEXT NOT NULL DEFAULT ''
);

CREATE TABLE article_authors (
  article_id INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
  position   INTEGER NOT NULL,
  author_id  INTEGER NOT NULL REFERENCES authors (id),
  role       TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (article_id, position)
) WITHOUT ROWID;

CREATE TABLE article_categories (
  article_id  INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
  position    INTEGER NOT NULL,
  category_id INTEGER NOT NULL REFERENCES categories (id),
  PRIMARY KEY (article_id, position)
) WITHOUT ROWID;

CREATE TABLE article_tags (
  article_id INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
  position   INTEGER NOT NULL,
  tag_id     INTEGER NOT NULL REFERENCES tags (id),
  PRIMARY KEY (article_id, position)
) WITHOUT ROWID;

-- Which story links to which in its body; the other way round it is the
-- older story's later coverage.
CREATE TABLE article_links (
  article_id INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
  target_id  INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
  card       BOOLEAN NOT NULL DEFAULT FALSE,
  PRIMARY KEY (article_id, target_id)
) WITHOUT ROWID;
CREATE INDEX article_links_target ON article_links (target_id, article_id);

CREATE TABLE corrections (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  article_id INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
  kind       TEXT NOT NULL,
  at         INTEGER NOT NULL,
  text       TEXT NOT NULL
);
CREATE INDEX corrections_article ON corrections (article_id, at);

CREATE TABLE old_slugs (
  slug       TEXT NOT NULL,
  article_id INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
  PRIMARY KEY (slug, article_id)
) WITHOUT ROWID;

CREATE TABLE redirects (
  path   TEXT PRIMARY KEY,
  target TEXT NOT NULL,
  status INTEGER NOT NULL DEFAULT 301
) WITHOUT ROWID;

-- An editor's word on an article's related stories: pinned or barred.
CREATE TABLE related_choices (
  article_id INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
  target_id  INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
  kind       TEXT NOT NULL,
  position   INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (article_id, target_id)
) WITHOUT ROWID;

CREATE TABLE front_slots (
  position   INTEGER PRIMARY KEY,
  article_id INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
  until      INTEGER
);

-- Every list of stories a reader can open, newest first. kind: 0 all,
-- 1 section (a parent lists its children's stories too), 2 tag, 3 author.
-- published_at is the date in the story's own address read as UTC, so that
-- lists, date archives and addresses agree whatever the time zone does.
CREATE TABLE listings (
  kind         INTEGER NOT NULL,
  ref          INTEGER NOT NULL,
  published_at INTEGER NOT NULL,
  article_id   INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
  PRIMARY KEY (kind, ref, published_at DESC, article_id DESC)
) WITHOUT ROWID;

-- How many stories a list has in a day (20261123), month (202611), year
-- (2026) and in all (0), by the date in the story's own address.
CREATE TABLE listing_counts (
  kind    INTEGER NOT NULL,
  ref     INTEGER NOT NULL,
  period  INTEGER NOT NULL,
  stories INTEGER NOT NULL,
  PRIMARY KEY (kind, ref, period)
) WITHOUT ROWID;

-- One row for every non-empty ancestor-closed subset of a published story's
-- counted sections; see newsroom/related.go.
CREATE TABLE related_sets (
  set_key      TEXT NOT NULL,
  published_at INTEGER NOT NULL,
  article_id   INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
  PRIMARY KEY (set_key, published_at DESC, article_id DESC)
) WITHOUT ROWID;

-- discussion --------------------------------------------------------------

CREATE TABLE comments (
  id             INTEGER PRIMARY KEY AUTOINCREMENT,
  article_id     INTEGER NOT NULL REFERENCES articles (id),
  parent_id      INTEGER NOT NULL DEFAULT 0,
  root_id        INTEGER NOT NULL DEFAULT 0,
  depth          INTEGER NOT NULL DEFAULT 0,
  type           TEXT NOT NULL DEFAULT 'comment',
  source         TEXT,
  source_id      TEXT,
  author         TEXT NOT NULL,
  email          TEXT NOT NULL DEFAULT '',
  url            TEXT NOT NULL DEFAULT '',
  user_id        INTEGER REFERENCES users (id),
  ip             TEXT NOT NULL DEFAULT '',
  network        TEXT NOT NULL DEFAULT '',
  agent          TEXT NOT NULL DEFAULT '',
  language       TEXT NOT NULL DEFAULT '',
  text           TEXT NOT NULL,
  html           TEXT NOT NULL,
  policy         INTEGER NOT NULL,
  state          TEXT NOT NULL,
  state_before   TEXT NOT NULL DEFAULT '',
  state_at       INTEGER NOT NULL,
  reasons        TEXT NOT NULL DEFAULT '[]',
  version        INTEGER NOT NULL DEFAULT 1,
  duplicate_key  TEXT UNIQUE,
  token_hash     TEXT NOT NULL DEFAULT '',
  thread_shown   INTEGER NOT NULL DEFAULT 0,
  created_at     INTEGER NOT NULL,
  edited_at      INTEGER
);
CREATE UNIQUE INDEX comments_source ON comments (source, source_id);
CREATE INDEX comments_threads ON comments (article_id, created_at, id) WHERE depth = 0 AND thread_shown > 0;
CREATE INDEX comments_replies ON comments (root_id, created_at, id) WHERE depth > 0;
CREATE INDEX comments_children ON comments (parent_id) WHERE parent_id > 0;
CREATE INDEX comments_queue ON comments (state, created_at, id);
CREATE INDEX comments_article_state ON comments (article_id, state, created_at, id);
CREATE INDEX comments_token ON comments (token_hash, article_id) WHERE token_hash <> '';
CREATE INDEX comments_ip ON comments (ip, created_at) WHERE ip <> '';
CREATE INDEX comments_email ON comments (email, created_at) WHERE email <> '';

CREATE TABLE comment_totals (
  state    TEXT PRIMARY KEY,
  comments INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO comment_totals (state, comments) VALUES ('hold', 0), ('approve', 0), ('spam', 0), ('trash', 0), ('post-trashed', 0);

CREATE TABLE comment_log (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  at         INTEGER NOT NULL,
  actor      TEXT NOT NULL,
  actor_id   INTEGER,
  comment_id INTEGER NOT NULL,
  article_id INTEGER NOT NULL,
  from_state TEXT NOT NULL,
  to_state   TEXT NOT NULL,
  reason     TEXT NOT NULL DEFAULT ''
);
CREATE INDEX comment_log_comment ON comment_log (comment_id, id);
