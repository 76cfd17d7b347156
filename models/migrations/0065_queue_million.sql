-- Reported comments are listed in the order of arrival. The state is in the index, so
-- that a list and its number read the rows of its comments alone.
DROP INDEX comments_reported;
CREATE INDEX comments_reported ON comments (created_at, id, state) WHERE reports > 0;
-- The queue looks for near-duplicates in its state: those in other states, which may be
-- thousands, are left out without reading them.
DROP INDEX comments_similar_a;
DROP INDEX comments_similar_b;
CREATE INDEX comments_similar_a ON comments (similar_a, created_at, state) WHERE similar_a IS NOT NULL;
CREATE INDEX comments_similar_b ON comments (similar_b, created_at, state) WHERE similar_b IS NOT NULL;
