-- name: about
-- Jobs submitted before $3 that name the user ($1) or an account by an id (all in $2, with their patterns in $4: an id
-- is a word of its own) wherever in the row it may be, or a Riot ID (folded, in $5) as a part of their key. A job that
-- is addressed to somebody is about them alone. All rows are read: a few microseconds each. Riot IDs in arguments come
-- along to be compared without regard to case, which is not the same to every database.
SELECT id, game_name, tag_line, is_named
FROM (
    SELECT j.id, j.arguments ->> 'game_name' AS game_name, j.arguments ->> 'tag_line' AS tag_line,
        CASE WHEN j.arguments ->> 'discord_id' IS NOT NULL THEN j.arguments ->> 'discord_id' = $1
        ELSE coalesce(j.owner = $1, false)
            OR EXISTS (
                SELECT FROM unnest($2::text[], $4::text[]) AS sought (id, pattern)
                WHERE CASE WHEN strpos(held.text, sought.id) > 0 THEN held.text ~ sought.pattern ELSE false END
            )
            OR EXISTS (
                SELECT FROM unnest($5::text[]) AS riot_id
                WHERE strpos(concat(':', j.idempotency_key, ':'), concat(':', riot_id, ':')) > 0
            )
        END AS is_named
    FROM jobs j
    CROSS JOIN LATERAL (
        SELECT concat_ws(
            ' ', j.arguments, j.reply, j.result, j.own_result, j.progress, j.error, j.idempotency_key, j.request_key
        ) AS text
    ) AS held
    WHERE j.created_at <= $3
) AS looked_at
WHERE is_named OR game_name IS NOT NULL

-- name: roots_of
WITH RECURSIVE family AS (
    SELECT id, parent_id FROM jobs WHERE id = ANY ($1::uuid[])
    UNION
    SELECT j.id, j.parent_id FROM jobs j JOIN family f ON j.id = f.parent_id
)
SELECT id FROM family WHERE parent_id IS NULL

-- name: lock_roots
SELECT id FROM jobs WHERE id = ANY ($1::uuid[]) ORDER BY id FOR NO KEY UPDATE

-- name: lock_families
-- Parents first, as everybody locks families. Nobody gets children while the roots are locked.
WITH RECURSIVE family AS (
    SELECT id, 0 AS depth FROM jobs WHERE id = ANY ($1::uuid[])
    UNION ALL
    SELECT j.id, f.depth + 1 FROM jobs j JOIN family f ON j.parent_id = f.id
)
SELECT j.id, j.state FROM jobs j JOIN family f ON j.id = f.id ORDER BY f.depth, j.id FOR NO KEY UPDATE OF j

-- name: empty_jobs
-- What somebody else has asked for fails, and they hear why; everything else is cancelled. The fence stays: whoever
-- holds such a job finds that it runs no longer.
UPDATE jobs SET
    arguments = '{}',
    result = NULL,
    own_result = NULL,
    progress = NULL,
    idempotency_key = NULL,
    request_key = NULL,
    request_fingerprint = NULL,
    reply = CASE WHEN whose.is_others THEN reply END,
    owner = CASE WHEN whose.is_others THEN owner END,
    error = CASE WHEN state = 'failed' OR (whose.is_others AND is_cut) THEN $3 END,
    error_kind = CASE WHEN state = 'failed' OR (whose.is_others AND is_cut) THEN 'PlayerForgotten' END,
    state = CASE WHEN NOT is_cut THEN state WHEN whose.is_others THEN 'failed' ELSE 'cancelled' END,
    claim_id = NULL,
    lease_until = NULL,
    slot_at = NULL,
    finished_at = coalesce(finished_at, clock_timestamp())
FROM (
    SELECT id,
        parent_id IS NULL AND owner IS DISTINCT FROM $2 AND reply ->> 'user_id' IS DISTINCT FROM $2
            AND arguments ->> 'discord_id' IS DISTINCT FROM $2 AS is_others,
        state IN ('queued', 'running', 'waiting') AS is_cut
    FROM jobs WHERE id = ANY ($1::uuid[])
) AS whose
WHERE jobs.id = whose.id

-- name: emptied
SELECT * FROM jobs WHERE id = ANY ($1::uuid[]) ORDER BY created_at, position, id

-- name: drop_requests
DELETE FROM job_requests WHERE job_id = ANY ($1::uuid[])
