-- A planned update of which readers need not hear, such as a typing error.
ALTER TABLE article_plans ADD COLUMN minor BOOLEAN NOT NULL DEFAULT FALSE;
