-- The newer article that an editor has chosen for the readers of an old one.
ALTER TABLE articles ADD COLUMN follow_up_id BIGINT;
