-- Invitations to an account. A link carries number and version and is signed, so no
-- token is stored; a new version ends the links before.
CREATE TABLE invitations (
  id         {id},
  email      TEXT NOT NULL,
  name       TEXT NOT NULL,
  role       TEXT NOT NULL,
  version    BIGINT NOT NULL,
  invited_by TEXT NOT NULL,
  at         BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  ended_at   BIGINT
);
CREATE UNIQUE INDEX invitations_open ON invitations (email) WHERE ended_at IS NULL;
