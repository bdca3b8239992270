-- name: lock_user
-- As whoever changes the user's links takes it.
SELECT pg_advisory_xact_lock(hashtextextended($1, 1))

-- name: accounts
-- The user's: those that are linked, and those that are nobody's now and were last theirs. Whose an account was last
-- says the last line about it, whoever's: where it changes hands, its former owner's line comes before the new one's.
SELECT puuid FROM bindings WHERE discord_id = $1
UNION
SELECT last.puuid
FROM (
    SELECT DISTINCT ON (puuid) puuid, discord_id FROM link_audit
    WHERE event IN ('bound', 'taken_over', 'lost', 'unbound', 'dropped')
        AND puuid IN (SELECT puuid FROM link_audit WHERE discord_id = $1)
    ORDER BY puuid, id DESC
) AS last
WHERE last.discord_id = $1 AND NOT EXISTS (SELECT FROM bindings b WHERE b.puuid = last.puuid)

-- name: riot_ids
SELECT game_name, tag_line FROM bindings WHERE puuid = ANY ($1::text[])
UNION
SELECT game_name, tag_line FROM players WHERE puuid = ANY ($1::text[]) AND game_name IS NOT NULL

-- name: count_accounts
-- A former PUUID of an account, under another API key, is neither linked nor a player's.
SELECT count(*) FROM (
    SELECT puuid FROM bindings WHERE puuid = ANY ($1::text[])
    UNION
    SELECT puuid FROM players WHERE puuid = ANY ($1::text[])
) AS accounts

-- name: counts
SELECT
    (SELECT count(*) FROM participants WHERE puuid = ANY ($2::text[])) AS matches,
    (SELECT count(*) FROM yearly_statistics WHERE puuid = ANY ($2::text[])) AS years,
    (SELECT count(*) FROM link_audit WHERE discord_id = $1) AS audit_lines,
    (
        SELECT count(*) FROM (SELECT payload FROM link_attempts UNION ALL SELECT payload FROM link_steps) AS steps
        WHERE coalesce(payload ->> 'discord_id', payload -> 'invitation' ->> 'discord_id') = $1
    ) AS links_under_way

-- name: drop_bindings
DELETE FROM bindings WHERE discord_id = $1

-- name: drop_attempts
-- Also those of others at the user's accounts: they prove nothing yet.
DELETE FROM link_attempts WHERE payload ->> 'discord_id' = $1 OR puuid = ANY ($2::text[]) OR expires_at < now()

-- name: drop_steps
DELETE FROM link_steps
WHERE coalesce(payload ->> 'discord_id', payload -> 'invitation' ->> 'discord_id') = $1 OR expires_at < now()

-- name: leave_steps_of_others
-- Who has proven an account of the user's to be theirs may still link it: it is nobody's now.
UPDATE link_steps SET payload = payload || '{"former_owner": null}' WHERE payload ->> 'former_owner' = $1

-- name: rename_in_audit
-- $2 are the names for logs of the ids in $1, $3 patterns for them.
UPDATE link_audit SET
    discord_id = coalesce(($2::text[])[array_position($1::text[], discord_id)], discord_id),
    puuid = coalesce(($2::text[])[array_position($1::text[], puuid)], puuid),
    reason = CASE WHEN reason ~ ANY ($3::text[]) THEN NULL ELSE reason END
WHERE discord_id = ANY ($1::text[]) OR puuid = ANY ($1::text[]) OR reason ~ ANY ($3::text[])

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
-- But for the last line about an account of which something is kept: it says to whom that belongs.
WITH gone AS (
    DELETE FROM link_audit line
    WHERE at <= now() - $1 * interval '1 second'
        AND NOT (
            event IN ('bound', 'taken_over', 'lost', 'unbound', 'dropped')
            AND (
                EXISTS (SELECT FROM players WHERE players.puuid = line.puuid)
                OR EXISTS (SELECT FROM participants WHERE participants.puuid = line.puuid)
            )
            AND NOT EXISTS (
                SELECT FROM link_audit later
                WHERE later.puuid = line.puuid AND later.id > line.id
                    AND later.event IN ('bound', 'taken_over', 'lost', 'unbound', 'dropped')
            )
        )
    RETURNING 1
)
SELECT count(*) AS gone FROM gone

-- name: forget_steps
DELETE FROM link_steps WHERE expires_at < now()

-- name: forget_attempts
DELETE FROM link_attempts WHERE expires_at < now()
