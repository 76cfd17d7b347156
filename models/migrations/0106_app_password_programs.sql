-- Application passwords that programs asked for. app_id is the number that a program gives
-- all its installations. made_by is the application password by which a program made this
-- one; it ends with that one.
ALTER TABLE app_passwords ADD COLUMN app_id TEXT NOT NULL DEFAULT '';
ALTER TABLE app_passwords ADD COLUMN made_by BIGINT REFERENCES app_passwords (id) ON DELETE CASCADE;
CREATE INDEX app_passwords_made_by ON app_passwords (made_by) WHERE made_by IS NOT NULL;
