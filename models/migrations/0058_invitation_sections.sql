-- The sections to which an invited moderator is to be limited. As in user_sections the
-- row outlives its section, so that the limit never falls away by itself.
CREATE TABLE invitation_sections (
  invitation_id BIGINT NOT NULL REFERENCES invitations (id) ON DELETE CASCADE,
  category_id   BIGINT REFERENCES categories (id) ON DELETE SET NULL
);
CREATE INDEX invitation_sections_invitation ON invitation_sections (invitation_id);
CREATE INDEX invitation_sections_category ON invitation_sections (category_id);
