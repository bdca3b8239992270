-- name: known
-- $2 is a PUUID or null, $3 what pseudonyms begin with.
SELECT match_id, timeline_state <> 'missing' AS is_complete,
    EXISTS (SELECT FROM bindings WHERE puuid = $2)
        AND EXISTS (SELECT FROM participants p WHERE p.match_id = m.match_id AND starts_with(p.puuid, $3))
        AND NOT EXISTS (SELECT FROM participants p WHERE p.match_id = m.match_id AND p.puuid = $2) AS hides
FROM matches m WHERE match_id = ANY ($1::text[])

-- name: insert_match
INSERT INTO matches (
    match_id, platform, queue_id, map_id, mode, patch, game_version, started_at, duration_s, kind,
    is_remake, is_aborted, document, body, timeline_state
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
ON CONFLICT (match_id) DO NOTHING
RETURNING match_id

-- name: insert_participant
INSERT INTO participants (
    match_id, participant_id, puuid, name, game_name, tag_line, champion, champion_id, champion_level,
    team_id, position, outcome, kills, deaths, assists, lane_minions, jungle_monsters, gold,
    damage_to_champions, vision_score, placement, subteam_id, started_at
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)

-- name: lock
SELECT timeline_state, started_at FROM matches WHERE match_id = $1 FOR NO KEY UPDATE

-- name: set_timeline_state
UPDATE matches SET timeline_state = $2, facts_version = 0 WHERE match_id = $1

-- name: update_match
UPDATE matches SET
    platform = $2, queue_id = $3, map_id = $4, mode = $5, patch = $6, game_version = $7, started_at = $8,
    duration_s = $9, kind = $10, is_remake = $11, is_aborted = $12, document = $13, body = $14, timeline_state = $15,
    stored_at = now(), facts_version = 0
WHERE match_id = $1

-- name: drop_participants
DELETE FROM participants WHERE match_id = $1

-- name: drop_timeline
DELETE FROM timelines WHERE match_id = $1

-- name: insert_timeline
INSERT INTO timelines (
    match_id, frame_times, participant_ids, total_gold, xp, level, lane_minions, jungle_monsters,
    kills, monsters, buildings, body
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)

-- name: load_matches
SELECT match_id, platform, queue_id, map_id, mode, patch, game_version, started_at, duration_s, kind,
    is_remake, is_aborted, timeline_state, body, timeline_state || extract(epoch FROM stored_at) AS edition
FROM matches WHERE match_id = ANY ($1::text[])

-- name: load_participants
SELECT * FROM participants WHERE match_id = ANY ($1::text[]) ORDER BY match_id, participant_id

-- name: load_timelines
SELECT * FROM timelines WHERE match_id = ANY ($1::text[])

-- name: history
SELECT p.match_id, p.started_at, m.duration_s, m.queue_id, m.mode, m.kind, p.champion, p.position, p.placement,
    p.outcome, p.kills, p.deaths, p.assists, p.lane_minions + p.jungle_monsters AS cs
FROM participants p
JOIN matches m USING (match_id)
WHERE p.puuid = $1
ORDER BY p.started_at DESC, p.match_id DESC
LIMIT $2

-- name: link_of
SELECT FROM bindings WHERE puuid = $1
