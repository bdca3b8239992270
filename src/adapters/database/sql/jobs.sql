-- name: insert
-- Sorted by key: two submissions of the same keys wait for each other instead of deadlocking.
INSERT INTO jobs (
    id, kind, arguments, queue, lane, priority, owner, idempotency_key, request_key, request_fingerprint, parent_id,
    follows, follows_any_end, position, max_retries, rate, not_before, reply, state, created_at, next_attempt_at
)
SELECT
    id, kind, arguments, queue, lane, priority, owner, idempotency_key, request_key, request_fingerprint, parent_id,
    follows, follows_any_end, position, max_retries, rate, not_before, reply, 'queued', now(),
    CASE WHEN is_held_back THEN 'infinity' ELSE now() + not_before * interval '1 second' END
FROM json_to_recordset($1::json) AS new (
    id uuid, kind text, arguments json, queue text, lane text, priority smallint, owner text, idempotency_key text,
    request_key text, request_fingerprint text, parent_id uuid, follows uuid, follows_any_end boolean,
    position integer, max_retries integer, rate json, not_before double precision, reply json, is_held_back boolean
)
ORDER BY idempotency_key, id
ON CONFLICT DO NOTHING
RETURNING *

-- name: lock_request
SELECT pg_advisory_xact_lock(hashtextextended($1, 3))

-- name: request
-- The lock keeps the answer from being forgotten before it is given.
SELECT j.*, r.fingerprint FROM job_requests r JOIN jobs j ON j.id = r.job_id
WHERE r.request_key = $1
FOR KEY SHARE OF j

-- name: note_request
INSERT INTO job_requests (request_key, fingerprint, job_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING

-- name: predecessors
-- The lock keeps them from being forgotten before their followers are written down. It does not wait for their ends.
SELECT * FROM jobs WHERE id = ANY ($1::uuid[]) FOR KEY SHARE

-- name: by_ids
SELECT * FROM jobs WHERE id = ANY ($1::uuid[])

-- name: unfinished_by_keys
SELECT * FROM jobs WHERE idempotency_key = ANY ($1::text[]) AND state IN ('queued', 'running', 'waiting')

-- name: get
SELECT * FROM jobs WHERE id = $1

-- name: lock_due
-- Not SKIP LOCKED: the row may be locked by whoever writes down that it was published, and the hint would be lost.
SELECT * FROM jobs
WHERE id = $1 AND (
    (state = 'queued' AND next_attempt_at <= clock_timestamp())
    OR (state = 'running' AND (lease_until < clock_timestamp() OR claim_id = $2))
)
FOR NO KEY UPDATE

-- name: take
UPDATE jobs SET
    state = 'running',
    fence = fence + 1,
    deaths = deaths + (state = 'running')::integer,
    worker = $2,
    claim_id = $3,
    publications = 0,
    slot_at = NULL,
    claimed_at = clock_timestamp(),
    started_at = coalesce(started_at, clock_timestamp()),
    lease_until = clock_timestamp() + $4 * interval '1 second'
WHERE id = $1
RETURNING *

-- name: defer
UPDATE jobs SET next_attempt_at = $2, slot_at = $2 WHERE id = $1

-- name: lock_rate
SELECT pg_advisory_xact_lock(hashtextextended($1, 2))

-- name: recent_claims
SELECT claimed_at FROM job_claims
WHERE kind = $1 AND claimed_at > now() - $2 * interval '1 second'
ORDER BY claimed_at DESC
LIMIT $3

-- name: note_claim
WITH expired AS (
    DELETE FROM job_claims WHERE kind = $1 AND expires_at <= now()
)
INSERT INTO job_claims (kind, claimed_at, expires_at)
VALUES ($1, clock_timestamp(), clock_timestamp() + $2 * interval '1 second')

-- name: last_slots
-- With those that have just come: their jobs are on the way to a worker.
SELECT slot_at, slot_at <= now() AS has_come FROM jobs
WHERE kind = $1 AND state = 'queued' AND slot_at > now() - $3 * interval '1 second' AND id <> $4
ORDER BY slot_at DESC
LIMIT $2

-- name: heartbeat
UPDATE jobs SET lease_until = clock_timestamp() + $3 * interval '1 second'
WHERE id = $1 AND fence = $2 AND state = 'running'
RETURNING cancel_requested

-- name: report_progress
UPDATE jobs SET progress = $3, deaths = CASE WHEN $4 THEN 0 ELSE deaths END
WHERE id = $1 AND fence = $2 AND state = 'running'
RETURNING cancel_requested

-- name: requeue
UPDATE jobs SET
    state = 'queued',
    attempts = attempts + $2,
    error = coalesce($3, error),
    error_kind = coalesce($4, error_kind),
    claim_id = NULL,
    lease_until = NULL,
    next_attempt_at = clock_timestamp() + $5 * interval '1 second'
WHERE id = $1

-- name: wait
UPDATE jobs SET state = 'waiting', own_result = $2, claim_id = NULL, lease_until = NULL WHERE id = $1 RETURNING *

-- name: lock_family
-- The job and its ancestors, locked from the root down: the order everybody locks in.
WITH RECURSIVE family AS (
    SELECT id, parent_id, 0 AS height FROM jobs WHERE id = $1
    UNION ALL
    SELECT j.id, j.parent_id, f.height + 1 FROM jobs j JOIN family f ON j.id = f.parent_id
)
SELECT j.* FROM jobs j JOIN family f ON j.id = f.id ORDER BY f.height DESC FOR NO KEY UPDATE OF j

-- name: lock_descendants
-- Parents first. The lock keeps claims out while their jobs are cancelled.
WITH RECURSIVE family AS (
    SELECT id, 0 AS depth FROM jobs WHERE id = $1
    UNION ALL
    SELECT j.id, f.depth + 1 FROM jobs j JOIN family f ON j.parent_id = f.id
)
SELECT j.* FROM jobs j JOIN family f ON j.id = f.id WHERE f.depth > 0 ORDER BY f.depth, j.id FOR NO KEY UPDATE OF j

-- name: has_unfinished_children
SELECT EXISTS (SELECT FROM jobs WHERE parent_id = $1 AND state IN ('queued', 'running', 'waiting'))

-- name: children
SELECT id, arguments, state, result, error, error_kind, coalesce((progress ->> 'done')::bigint, 0) AS done
FROM jobs WHERE parent_id = $1 ORDER BY created_at, position, id

-- name: end
UPDATE jobs SET
    state = $2,
    result = $3,
    error = $4,
    error_kind = $5,
    deaths = deaths + $6,
    reply = CASE WHEN $7 THEN NULL ELSE reply END,
    progress = coalesce($8, progress),
    claim_id = NULL,
    lease_until = NULL,
    finished_at = clock_timestamp()
WHERE id = $1
RETURNING *

-- name: cancel_queued
UPDATE jobs SET state = 'cancelled', finished_at = clock_timestamp() WHERE id = ANY ($1::uuid[]) AND state = 'queued'

-- name: request_cancel
UPDATE jobs SET cancel_requested = true WHERE id = ANY ($1::uuid[])

-- name: release
-- SKIP LOCKED: followers are of many families, and whoever waits for nobody locks nobody out.
-- Without its predecessor, which only a stranger can have deleted, a follower of any end has nothing to wait for.
WITH ready AS MATERIALIZED (
    SELECT f.id FROM jobs f LEFT JOIN jobs p ON p.id = f.follows
    WHERE f.state = 'queued' AND f.next_attempt_at = 'infinity' AND ($1::uuid[] IS NULL OR f.follows = ANY ($1))
        AND (
            p.state = 'succeeded'
            OR (f.follows_any_end AND (p.id IS NULL OR p.state IN ('failed', 'cancelled')))
        )
    FOR NO KEY UPDATE OF f SKIP LOCKED
)
UPDATE jobs SET next_attempt_at = clock_timestamp() + not_before * interval '1 second'
FROM ready WHERE jobs.id = ready.id
RETURNING jobs.*

-- name: doomed
SELECT f.id FROM jobs f LEFT JOIN jobs p ON p.id = f.follows
WHERE f.state = 'queued' AND f.next_attempt_at = 'infinity' AND ($1::uuid[] IS NULL OR f.follows = ANY ($1))
    AND NOT f.follows_any_end AND (p.id IS NULL OR p.state IN ('failed', 'cancelled'))
ORDER BY f.created_at, f.position, f.id

-- name: overdue
-- Materialized: a subquery that locks and skips must run once, whatever the plan.
-- A long queue in the background must not fill up with copies of itself, but a person waits for an interactive job.
WITH due AS MATERIALIZED (
    SELECT id FROM jobs
    WHERE (
        state = 'queued' AND next_attempt_at <= now() AND (
            published_at IS NULL
            OR published_at < next_attempt_at
            OR published_at < now() - interval '30 seconds' * CASE
                WHEN lane = 'interactive' THEN 1 ELSE least(greatest(publications, 1), 10)
            END
        )
    ) OR (
        state = 'running' AND lease_until < now() AND (
            published_at IS NULL
            OR published_at < lease_until
            OR published_at < now() - least(greatest(publications, 1), 6) * interval '5 seconds'
        )
    )
    ORDER BY lane DESC, priority DESC, next_attempt_at
    LIMIT $1
    FOR NO KEY UPDATE SKIP LOCKED
), marked AS (
    UPDATE jobs SET published_at = clock_timestamp(), publications = publications + 1
    FROM due WHERE jobs.id = due.id
    RETURNING jobs.*
)
-- What a dead worker has begun does not wait behind all that nobody has begun yet.
SELECT id, kind, queue, arguments, CASE WHEN state = 'running' THEN 9 ELSE priority END AS priority
FROM marked ORDER BY lane DESC, marked.priority DESC, next_attempt_at

-- name: mark_published
-- SKIP LOCKED: a row that is being claimed needs no mark, and one that misses it is published twice at worst.
WITH published AS MATERIALIZED (
    SELECT id FROM jobs WHERE id = ANY ($1::uuid[]) AND state = 'queued' FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE jobs SET published_at = clock_timestamp(), publications = publications + 1
FROM published WHERE jobs.id = published.id

-- name: unpublish
-- SKIP LOCKED: whoever holds the row takes the job, ends it, publishes it or makes it due later: all as good.
-- Without a time of publication there is nothing (more) to take back: a repetition must not count down twice.
WITH unheard AS MATERIALIZED (
    SELECT id FROM jobs
    WHERE id = ANY ($1::uuid[]) AND published_at IS NOT NULL
        AND (state = 'queued' OR (state = 'running' AND lease_until < now()))
    FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE jobs SET published_at = NULL, publications = greatest(publications - 1, 0)
FROM unheard WHERE jobs.id = unheard.id

-- name: unsettled
SELECT * FROM jobs
WHERE settled_at IS NULL AND state IN ('succeeded', 'failed', 'cancelled')
    AND finished_at <= clock_timestamp() - $1 * interval '1 second'
ORDER BY finished_at
LIMIT $2

-- name: mark_settled
WITH ended AS MATERIALIZED (
    SELECT id FROM jobs
    WHERE id = ANY ($1::uuid[]) AND settled_at IS NULL AND state IN ('succeeded', 'failed', 'cancelled')
    ORDER BY id
    FOR NO KEY UPDATE
)
UPDATE jobs SET settled_at = clock_timestamp(), reply = NULL
FROM ended WHERE jobs.id = ended.id
