-- name: accounts
SELECT to_jsonb(b) - 'discord_id' AS entry FROM bindings b WHERE discord_id = $1 ORDER BY is_main DESC, bound_at

-- name: players
SELECT to_jsonb(p) - 'riot_id_folded' AS entry FROM players p WHERE puuid = ANY ($1::text[]) ORDER BY number

-- name: years
SELECT to_jsonb(y) AS entry FROM yearly_statistics y WHERE puuid = ANY ($1::text[]) ORDER BY puuid, year

-- name: matches
SELECT p.match_id, p.puuid, to_char(p.started_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS started_at,
    p.name, p.game_name, p.tag_line, p.champion, p.champion_level, p.team_id, p.position, p.outcome, p.kills, p.deaths,
    p.assists, p.lane_minions, p.jungle_monsters, p.gold, p.damage_to_champions, p.vision_score, p.placement
FROM participants p
WHERE puuid = ANY ($1::text[])
ORDER BY p.started_at DESC, p.match_id
LIMIT $2

-- name: countable_matches
SELECT count(*) AS matches FROM participants WHERE puuid = ANY ($1::text[])

-- name: jobs
-- What others have asked for is theirs.
SELECT to_jsonb(shown) AS entry
FROM (
    SELECT id, kind, arguments, state, result, progress, error, created_at, started_at, finished_at FROM jobs
    WHERE id = ANY ($1::uuid[]) AND (owner IS NULL OR owner = $2)
    ORDER BY created_at DESC, position DESC, id
    LIMIT $3
) AS shown

-- name: countable_jobs
SELECT count(*) AS jobs FROM jobs WHERE id = ANY ($1::uuid[]) AND (owner IS NULL OR owner = $2)

-- name: links
SELECT jsonb_build_object('at', at, 'event', event, 'puuid', puuid, 'reason', reason) AS entry FROM link_audit
WHERE discord_id = $1 ORDER BY id

-- name: links_under_way
SELECT jsonb_build_object('kind', kind, 'expires_at', expires_at) AS entry
FROM (
    SELECT 'proof' AS kind, expires_at, payload FROM link_attempts
    UNION ALL
    SELECT kind, expires_at, payload FROM link_steps
) AS steps
WHERE coalesce(payload ->> 'discord_id', payload -> 'invitation' ->> 'discord_id') = $1
ORDER BY expires_at
