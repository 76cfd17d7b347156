-- The drafts whose newest text readers do not see. A picture that only these use is not public.
CREATE INDEX article_drafts_waiting ON article_drafts (article_id) WHERE number <> shown;
