-- How many recent public articles a section and those below it have. The
-- section bar and the front page choose by it. A task sets it once a day.
ALTER TABLE categories ADD COLUMN activity REAL NOT NULL DEFAULT 0;
