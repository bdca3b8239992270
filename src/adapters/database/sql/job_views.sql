-- name: done_below
-- Nothing is counted below a job that has ended: its own progress has it.
WITH RECURSIVE below AS (
    SELECT id AS root, id, state, 0::bigint AS done FROM jobs WHERE id = ANY ($1::uuid[])
    UNION ALL
    SELECT b.root, j.id, j.state, coalesce((j.progress ->> 'done')::bigint, 0)
    FROM below b JOIN jobs j ON j.parent_id = b.id
    WHERE b.state = 'waiting'
)
SELECT root, sum(done)::bigint AS done FROM below GROUP BY root

-- name: find
SELECT * FROM jobs
WHERE (created_at, position, id) < ($1, $2, $3)
    AND ($4::text[] IS NULL OR state = ANY ($4)) AND ($5::text[] IS NULL OR kind = ANY ($5))
    AND ($6::boolean OR parent_id IS NULL) AND ($8::text IS NULL OR lane = $8)
ORDER BY created_at DESC, position DESC, id DESC
LIMIT $7

-- name: find_of_owner
-- A statement of its own, for it has an index of its own.
SELECT * FROM jobs
WHERE owner = $9 AND (created_at, position, id) < ($1, $2, $3)
    AND ($4::text[] IS NULL OR state = ANY ($4)) AND ($5::text[] IS NULL OR kind = ANY ($5))
    AND ($6::boolean OR parent_id IS NULL) AND ($8::text IS NULL OR lane = $8)
ORDER BY created_at DESC, position DESC, id DESC
LIMIT $7

-- name: counts
SELECT kind, state, lane, count(*) AS count,
    coalesce(
        extract(epoch FROM now() - min(next_attempt_at) FILTER (WHERE state = 'queued' AND next_attempt_at <= now())), 0
    )::double precision AS oldest_due_s
FROM jobs
GROUP BY kind, state, lane
ORDER BY kind, state, lane
