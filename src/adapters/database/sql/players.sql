-- name: remember
-- An update first: an insert takes a new number even if it ends in an update.
WITH refreshed AS (
    UPDATE players SET
        platform = $2,
        game_name = coalesce($3, game_name),
        tag_line = coalesce($4, tag_line),
        riot_id_folded = coalesce($5, riot_id_folded),
        refreshed_at = now()
    WHERE puuid = $1
    RETURNING number
), added AS (
    INSERT INTO players (puuid, platform, game_name, tag_line, riot_id_folded, refreshed_at)
    SELECT $1, $2, $3, $4, $5, now() WHERE NOT EXISTS (SELECT FROM refreshed)
    ON CONFLICT (puuid) DO UPDATE SET
        platform = excluded.platform,
        game_name = coalesce(excluded.game_name, players.game_name),
        tag_line = coalesce(excluded.tag_line, players.tag_line),
        riot_id_folded = coalesce(excluded.riot_id_folded, players.riot_id_folded),
        refreshed_at = excluded.refreshed_at
    RETURNING number
)
SELECT number FROM refreshed UNION ALL SELECT number FROM added

-- name: find
SELECT puuid, platform, game_name, tag_line FROM players WHERE puuid = $1

-- name: stale
SELECT number, puuid, platform, game_name, tag_line FROM players
WHERE refreshed_at <= now() - $1 * interval '1 second'
ORDER BY refreshed_at, number
LIMIT $2

-- name: lock
SELECT FROM players WHERE puuid = ANY ($1::text[]) ORDER BY puuid FOR UPDATE

-- name: forget
DELETE FROM players
WHERE puuid = ANY ($1::text[]) AND NOT EXISTS (SELECT FROM bindings WHERE bindings.puuid = players.puuid)

-- name: linked
SELECT p.number, p.puuid, p.platform, p.game_name, p.tag_line FROM players p
JOIN bindings b USING (puuid)
WHERE p.checked_at IS NULL OR p.checked_at <= now() - $1 * interval '1 second'
ORDER BY p.checked_at NULLS FIRST, p.number
LIMIT $2

-- name: mark_checked
UPDATE players SET checked_at = now() WHERE puuid = $1
