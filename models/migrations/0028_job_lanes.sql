-- Workers claim jobs by kind, so that one kind does not wait for another.
DROP INDEX jobs_due;
CREATE INDEX jobs_due ON jobs (kind, run_at, id) WHERE NOT dead;
