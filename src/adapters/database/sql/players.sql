-- name: remember
INSERT INTO players (puuid, platform, game_name, tag_line, riot_id_folded, refreshed_at)
VALUES ($1, $2, $3, $4, $5, now())
ON CONFLICT (puuid) DO UPDATE SET
    platform = excluded.platform,
    game_name = coalesce(excluded.game_name, players.game_name),
    tag_line = coalesce(excluded.tag_line, players.tag_line),
    riot_id_folded = coalesce(excluded.riot_id_folded, players.riot_id_folded),
    refreshed_at = excluded.refreshed_at

-- name: find
SELECT puuid, platform, game_name, tag_line FROM players WHERE puuid = $1
