-- A correction stands above or below the text; '' leaves it to the site's setting. The
-- archive lists the corrections of the whole site, newest first.
ALTER TABLE corrections ADD COLUMN place TEXT NOT NULL DEFAULT '';
CREATE INDEX corrections_at ON corrections (at, id);
