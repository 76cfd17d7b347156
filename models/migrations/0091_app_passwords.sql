-- Passwords by which programs write through WordPress's REST interface. The table has
-- the hashes alone.
CREATE TABLE app_passwords (
  id         {id},
  user_id    BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  hash       TEXT NOT NULL UNIQUE,
  name       TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  used_at    BIGINT,
  network    TEXT NOT NULL DEFAULT ''
);
CREATE INDEX app_passwords_user ON app_passwords (user_id, id);
