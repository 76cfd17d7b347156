-- How the closed comments of an article were open before: '' under the site's rules, 'open' by hand, 'premoderate'.
ALTER TABLE articles ADD COLUMN comments_reopen TEXT NOT NULL DEFAULT '';
