ALTER TABLE jobs
    ADD COLUMN priority smallint NOT NULL DEFAULT 5 CHECK (priority BETWEEN 0 AND 9),
    ADD COLUMN rate json,  -- {"count", "seconds"}
    ADD COLUMN slot_at timestamptz,  -- the turn a job got when its rate was used up; NULL once it was claimed
    ADD COLUMN follows uuid REFERENCES jobs ON DELETE SET NULL,
    ADD COLUMN follows_any_end boolean NOT NULL DEFAULT false,
    ADD COLUMN request_key text,
    ADD COLUMN request_fingerprint text,
    ADD COLUMN own_result json,  -- what a waiting parent brings along to its children's results
    ADD COLUMN started_at timestamptz;

UPDATE jobs SET
    rate = json_build_object('count', rate_per_minute, 'seconds', 60),
    slot_at = CASE
        WHEN state = 'queued' AND lane = 'background' AND fence = 0 AND not_before <= 0 AND next_attempt_at > now()
        THEN next_attempt_at
    END
WHERE rate_per_minute IS NOT NULL;

-- The first claim was not written down; the last one is the nearest to it.
UPDATE jobs SET started_at = claimed_at WHERE claimed_at IS NOT NULL;

ALTER TABLE jobs DROP COLUMN rate_per_minute;

DROP INDEX jobs_due;

CREATE INDEX jobs_due ON jobs (lane DESC, priority DESC, next_attempt_at) WHERE state = 'queued';

DROP INDEX jobs_deferred;

-- The latest turns of a kind say when the next one is.
CREATE INDEX jobs_slots ON jobs (kind, slot_at) WHERE state = 'queued' AND slot_at IS NOT NULL;

CREATE INDEX jobs_followers ON jobs (follows) WHERE follows IS NOT NULL;

-- Nearly always empty, and looked at all the time.
CREATE INDEX jobs_unreleased ON jobs (follows) WHERE state = 'queued' AND next_attempt_at = 'infinity';

CREATE INDEX jobs_newest ON jobs (created_at, position, id);

CREATE INDEX jobs_of_owner ON jobs (owner, created_at, position, id) WHERE owner IS NOT NULL;

CREATE INDEX jobs_forgettable ON jobs (finished_at) WHERE settled_at IS NOT NULL AND parent_id IS NULL;

-- Which job answers a client's request. Not a column of jobs: a request may be answered by a job that was there already.
CREATE TABLE job_requests (
    request_key text PRIMARY KEY,
    fingerprint text,
    job_id uuid NOT NULL REFERENCES jobs ON DELETE CASCADE
);

CREATE INDEX job_requests_of_job ON job_requests (job_id);

-- Windows differ from rate to rate: a claim is kept for the longest that may ask for it.
ALTER TABLE job_claims ADD COLUMN expires_at timestamptz;

UPDATE job_claims SET expires_at = claimed_at + interval '1 hour';

ALTER TABLE job_claims ALTER COLUMN expires_at SET NOT NULL;

CREATE INDEX job_claims_expiry ON job_claims (kind, expires_at);
