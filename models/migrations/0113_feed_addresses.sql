-- When the feed at each address last changed, whichever term or article had the address.
-- Without it, Last-Modified of an address could go back when another term takes it.
CREATE TABLE feed_addresses (
  address    TEXT {bytewise} PRIMARY KEY,
  changed_at BIGINT NOT NULL
) {without rowid};
INSERT INTO feed_addresses (address, changed_at)
  SELECT '/tag/' || t.slug || '/', f.changed_at FROM feeds f JOIN tags t ON f.name = 'tag:' || t.id;
INSERT INTO feed_addresses (address, changed_at)
  SELECT '/category/' || c.path || '/', f.changed_at FROM feeds f JOIN categories c ON f.name = 'category:' || c.id;
INSERT INTO feed_addresses (address, changed_at)
  SELECT '/author/' || a.slug || '/', f.changed_at FROM feeds f JOIN authors a ON f.name = 'author:' || a.id;
