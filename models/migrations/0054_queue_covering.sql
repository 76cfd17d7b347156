-- The queue filters the comments of a network or an address by their state. The state
-- is in the index, so that the rows of other states are not read.
DROP INDEX comments_network;
CREATE INDEX comments_network ON comments (network, created_at, state) WHERE network <> '';
DROP INDEX comments_email;
CREATE INDEX comments_email ON comments (email, created_at, state) WHERE email <> '';
