-- name: sweep_attempts
-- Those that somebody else is about to delete are left to them: two who sweep must not wait for each other.
DELETE FROM link_attempts
WHERE state_hash IN (SELECT state_hash FROM link_attempts WHERE expires_at < now() FOR UPDATE SKIP LOCKED)

-- name: lock_claims
SELECT pg_advisory_xact_lock(hashtextextended($1, 5))

-- name: drop_expired_claims
DELETE FROM link_attempts WHERE puuid = $1 AND expires_at < now()

-- name: open_attempt
-- One that asks for an icon is kept only if no other asks the same of that account, and few others ask anything of it.
INSERT INTO link_attempts (state_hash, payload, puuid, icon, expires_at)
SELECT $1, $2, $3, $4, now() + $5 * interval '1 second'
WHERE $3::text IS NULL
    OR (SELECT count(*) FROM link_attempts WHERE puuid = $3 AND payload ->> 'discord_id' <> $7) < $6
ON CONFLICT DO NOTHING
RETURNING true

-- name: drop_older_claims
DELETE FROM link_attempts WHERE puuid = $1 AND state_hash <> $3 AND payload ->> 'discord_id' = $2

-- name: has_attempt
SELECT true FROM link_attempts WHERE state_hash = $1

-- name: peek_attempt
SELECT payload, expires_at > now() AS is_valid FROM link_attempts WHERE state_hash = $1

-- name: take_attempt
DELETE FROM link_attempts WHERE state_hash = $1 RETURNING payload, expires_at > now() AS is_valid

-- name: lock_users
SELECT pg_advisory_xact_lock(hashtextextended(discord_id, 1))
FROM (SELECT DISTINCT discord_id FROM unnest($1::text[]) AS discord_id ORDER BY discord_id) AS users

-- name: held
SELECT * FROM bindings WHERE puuid = $1 FOR UPDATE

-- name: is_new
-- Whether the account was proven within so many seconds; a proof that refreshes a link leaves bound_at as it was.
SELECT EXISTS (SELECT FROM bindings WHERE puuid = $1 AND bound_at > now() - $2 * interval '1 second')
    OR EXISTS (
        SELECT FROM link_audit
        WHERE puuid = $1 AND event IN ('bound', 'taken_over') AND at > now() - $2 * interval '1 second'
    )

-- name: use_up
WITH attempt AS (
    DELETE FROM link_attempts WHERE state_hash = $1 RETURNING expires_at
), step AS (
    DELETE FROM link_steps WHERE key_hash = $1 RETURNING expires_at
)
SELECT EXISTS (SELECT FROM attempt WHERE expires_at > now()) OR EXISTS (SELECT FROM step WHERE expires_at > now())

-- name: owner_of
SELECT * FROM bindings WHERE puuid = $1

-- name: others
SELECT count(*) FROM bindings WHERE discord_id = $1 AND puuid <> $2

-- name: save_binding
INSERT INTO bindings (puuid, discord_id, platform, game_name, tag_line, proof, is_main, bound_at, validated_at)
VALUES ($1, $2, $3, $4, $5, $6, NOT EXISTS (SELECT FROM bindings WHERE discord_id = $2 AND is_main), now(), now())
ON CONFLICT (puuid) DO UPDATE SET
    platform = excluded.platform,
    game_name = excluded.game_name,
    tag_line = excluded.tag_line,
    proof = CASE bindings.proof WHEN 'rso' THEN 'rso' ELSE excluded.proof END,
    validated_at = excluded.validated_at,
    missing_since = NULL
WHERE bindings.discord_id = excluded.discord_id
RETURNING *

-- name: bindings_of
SELECT * FROM bindings WHERE discord_id = $1 ORDER BY is_main DESC, bound_at, puuid

-- name: drop_main
UPDATE bindings SET is_main = false WHERE discord_id = $1 AND is_main AND puuid <> $2

-- name: make_main
UPDATE bindings SET is_main = true WHERE discord_id = $1 AND puuid = $2 RETURNING *

-- name: mark_validated
UPDATE bindings SET
    puuid = $2, platform = $4, game_name = $5, tag_line = $6, validated_at = now(), missing_since = NULL,
    proof = CASE $2 WHEN $3 THEN proof ELSE $7 END
WHERE discord_id = $1 AND puuid = $3
RETURNING *

-- name: rekey_player
-- The number stays the player's own, unless the new PUUID has become a player already.
UPDATE players SET puuid = $2 WHERE puuid = $1 AND NOT EXISTS (SELECT FROM players WHERE puuid = $2)

-- name: drop_player
DELETE FROM players WHERE puuid = $1

-- name: mark_missing
UPDATE bindings SET missing_since = coalesce(missing_since, now()) WHERE discord_id = $1 AND puuid = $2
RETURNING *, missing_since < now() - $3 * interval '1 second' AS is_over

-- name: remove_binding
DELETE FROM bindings WHERE discord_id = $1 AND puuid = $2 RETURNING *

-- name: promote_oldest
UPDATE bindings SET is_main = true
WHERE puuid = (SELECT puuid FROM bindings WHERE discord_id = $1 ORDER BY bound_at, puuid LIMIT 1)

-- name: note
INSERT INTO link_audit (at, event, discord_id, puuid, reason) VALUES (now(), $1, $2, $3, $4)

-- name: audits_of
SELECT event, discord_id, puuid, reason, at FROM link_audit WHERE discord_id = $1 ORDER BY id
