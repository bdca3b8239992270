-- name: lock_user
-- As whoever changes the user's links takes it.
SELECT pg_advisory_xact_lock(hashtextextended($1, 1))

-- name: accounts
-- The user's: those that are linked, and those that were and are nobody's now, as the user's last line about them says.
SELECT puuid FROM bindings WHERE discord_id = $1
UNION
SELECT last.puuid
FROM (
    SELECT DISTINCT ON (puuid) puuid, event FROM link_audit
    WHERE discord_id = $1 AND puuid IS NOT NULL AND event <> 'refused'
    ORDER BY puuid, id DESC
) AS last
WHERE last.event <> 'lost' AND NOT EXISTS (SELECT FROM bindings b WHERE b.puuid = last.puuid)

-- name: riot_ids
SELECT game_name, tag_line FROM bindings WHERE puuid = ANY ($1::text[])
UNION
SELECT game_name, tag_line FROM players WHERE puuid = ANY ($1::text[]) AND game_name IS NOT NULL

-- name: counts
SELECT
    (SELECT count(*) FROM participants WHERE puuid = ANY ($2::text[])) AS matches,
    (SELECT count(*) FROM yearly_statistics WHERE puuid = ANY ($2::text[])) AS years,
    (SELECT count(*) FROM link_audit WHERE discord_id = $1) AS audit_lines

-- name: drop_bindings
DELETE FROM bindings WHERE discord_id = $1

-- name: drop_attempts
DELETE FROM link_attempts
WHERE puuid = ANY ($1::text[])
    OR EXISTS (SELECT FROM unnest($1::text[]) AS sought WHERE strpos(payload::text, sought) > 0)

-- name: drop_steps
DELETE FROM link_steps
WHERE EXISTS (SELECT FROM unnest($1::text[]) AS sought WHERE strpos(payload::text, sought) > 0)

-- name: rename_in_audit
-- $2 are the names for logs of $1.
UPDATE link_audit SET
    discord_id = coalesce(($2::text[])[array_position($1::text[], discord_id)], discord_id),
    puuid = coalesce(($2::text[])[array_position($1::text[], puuid)], puuid),
    reason = CASE WHEN EXISTS (SELECT FROM unnest($1::text[]) AS sought WHERE strpos(reason, sought) > 0) THEN NULL
        ELSE reason END
WHERE discord_id = ANY ($1::text[]) OR puuid = ANY ($1::text[])
    OR EXISTS (SELECT FROM unnest($1::text[]) AS sought WHERE strpos(reason, sought) > 0)

-- name: note
INSERT INTO link_audit (at, event, discord_id) VALUES (now(), $1, $2)

-- name: uncount
UPDATE participants SET is_counted = false WHERE puuid = ANY ($1::text[]) AND is_counted

-- name: drop_years
DELETE FROM yearly_statistics WHERE puuid = ANY ($1::text[])

-- name: drop_players
DELETE FROM players WHERE puuid = ANY ($1::text[])

-- name: begin
INSERT INTO erasures (id, discord_id, puuids, riot_ids, job_ids, accounts) VALUES ($1, $2, $3, $4, $5, $6)

-- name: erasure
SELECT * FROM erasures WHERE id = $1

-- name: note_jobs
UPDATE erasures SET job_ids = job_ids || $2::uuid[] WHERE id = $1

-- name: finish
DELETE FROM erasures WHERE id = $1

-- name: unfinished
SELECT id FROM erasures WHERE begun_at <= now() - $1 * interval '1 second' ORDER BY begun_at

-- name: forget_audit
WITH gone AS (DELETE FROM link_audit WHERE at <= now() - $1 * interval '1 second' RETURNING 1)
SELECT count(*) AS gone FROM gone
