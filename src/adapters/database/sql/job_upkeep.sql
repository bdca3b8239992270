-- name: unknown
SELECT id FROM jobs
WHERE kind <> ALL ($1::text[]) AND created_at <= now() - $2 * interval '1 second'
    AND (state = 'queued' OR (state = 'running' AND lease_until < now()))
ORDER BY created_at, position, id

-- name: is_free
SELECT state = 'queued' OR (state = 'running' AND lease_until < clock_timestamp()) FROM jobs WHERE id = $1

-- name: lock_forgettable
-- What is settled has ended. Followers that come meanwhile need no care: what follows an ended job never waits for it.
SELECT id FROM jobs root
WHERE parent_id IS NULL AND settled_at IS NOT NULL AND finished_at <= now() - $1 * interval '1 second'
    AND NOT EXISTS (
        WITH RECURSIVE family AS (
            SELECT root.id, root.settled_at
            UNION ALL
            SELECT j.id, j.settled_at FROM jobs j JOIN family f ON j.parent_id = f.id
        )
        SELECT FROM family f
        WHERE f.settled_at IS NULL OR EXISTS (
            SELECT FROM jobs j WHERE j.follows = f.id AND j.state IN ('queued', 'running', 'waiting')
        )
    )
ORDER BY finished_at
LIMIT $2
FOR UPDATE SKIP LOCKED

-- name: forget
WITH RECURSIVE family AS (
    SELECT unnest($1::uuid[]) AS id
    UNION ALL
    SELECT j.id FROM jobs j JOIN family f ON j.parent_id = f.id
), forgotten AS (
    DELETE FROM jobs USING family WHERE jobs.id = family.id RETURNING jobs.id
)
SELECT count(*) FROM forgotten

-- name: forget_claims
DELETE FROM job_claims WHERE expires_at <= now()
