-- name: open_attempt
WITH swept AS (DELETE FROM link_attempts WHERE expires_at < now() AND state_hash <> $1)
INSERT INTO link_attempts (state_hash, payload, expires_at)
VALUES ($1, $2, now() + $3 * interval '1 second')
ON CONFLICT (state_hash) DO UPDATE SET payload = excluded.payload, expires_at = excluded.expires_at

-- name: take_attempt
DELETE FROM link_attempts WHERE state_hash = $1 RETURNING payload, expires_at > now() AS is_valid

-- name: open_pending
WITH swept AS (DELETE FROM pending_links WHERE expires_at < now() AND token_hash <> $1)
INSERT INTO pending_links (token_hash, payload, expires_at)
VALUES ($1, $2, now() + $3 * interval '1 second')
ON CONFLICT (token_hash) DO UPDATE SET payload = excluded.payload, expires_at = excluded.expires_at

-- name: peek_pending
SELECT payload, expires_at > now() AS is_valid FROM pending_links WHERE token_hash = $1

-- name: take_pending
DELETE FROM pending_links WHERE token_hash = $1 RETURNING payload, expires_at > now() AS is_valid

-- name: lock_user
SELECT pg_advisory_xact_lock(hashtextextended($1, 1))

-- name: save_binding
INSERT INTO bindings (puuid, discord_id, platform, game_name, tag_line, is_main, bound_at, validated_at)
VALUES ($1, $2, $3, $4, $5, NOT EXISTS (SELECT FROM bindings WHERE discord_id = $2 AND is_main), now(), now())
ON CONFLICT (puuid) DO UPDATE SET
    platform = excluded.platform,
    game_name = excluded.game_name,
    tag_line = excluded.tag_line,
    validated_at = excluded.validated_at
WHERE bindings.discord_id = excluded.discord_id
RETURNING *

-- name: bindings_of
SELECT * FROM bindings WHERE discord_id = $1 ORDER BY is_main DESC, bound_at, puuid

-- name: mark_validated
UPDATE bindings SET platform = $3, game_name = $4, tag_line = $5, validated_at = now()
WHERE discord_id = $1 AND puuid = $2
RETURNING *

-- name: remove_binding
DELETE FROM bindings WHERE discord_id = $1 AND puuid = $2 RETURNING is_main

-- name: promote_oldest
UPDATE bindings SET is_main = true
WHERE puuid = (SELECT puuid FROM bindings WHERE discord_id = $1 ORDER BY bound_at, puuid LIMIT 1)
