-- name: some_matches
-- Not in the order of their ids: the index has them by their start.
SELECT match_id FROM participants WHERE puuid = $1 ORDER BY started_at DESC LIMIT $2

-- name: lock
-- Whoever locks several matches does so in the order of their ids.
SELECT match_id FROM matches WHERE match_id = ANY ($1::text[]) ORDER BY match_id FOR UPDATE

-- name: wanted_by_others
-- Those of the locked matches in which somebody else is a known player, or that count in somebody else's year.
SELECT DISTINCT p.match_id FROM participants p
LEFT JOIN players known ON known.puuid = p.puuid
WHERE p.match_id = ANY ($1::text[]) AND p.puuid <> $2 AND (known.puuid IS NOT NULL OR p.is_counted)

-- name: drop_matches
DELETE FROM matches WHERE match_id = ANY ($1::text[])

-- name: people
SELECT match_id, participant_id, puuid FROM participants WHERE match_id = ANY ($1::text[])

-- name: people_in_documents
SELECT match_id, (person ->> 'participantId')::integer AS participant_id, person ->> 'puuid' AS puuid
FROM matches CROSS JOIN LATERAL jsonb_path_query(document, '$.info.participants[*]') AS person
WHERE match_id = ANY ($1::text[])

-- name: linked
SELECT puuid FROM bindings WHERE puuid = ANY ($1::text[])

-- name: which_of
SELECT participant_id, puuid FROM participants WHERE match_id = $1 AND puuid = ANY ($2::text[])

-- name: match
SELECT document::text AS document, body FROM matches WHERE match_id = $1

-- name: timeline
SELECT body FROM timelines WHERE match_id = $1

-- name: rewrite_match
UPDATE matches SET document = $2, body = $3 WHERE match_id = $1

-- name: rewrite_participant
UPDATE participants SET puuid = $3, name = champion, game_name = NULL, tag_line = NULL, is_counted = false
WHERE match_id = $1 AND puuid = $2

-- name: rewrite_timeline
UPDATE timelines SET body = $2 WHERE match_id = $1

-- name: drop_timeline
DELETE FROM timelines WHERE match_id = $1

-- name: miss_timeline
UPDATE matches SET timeline_state = 'missing', facts_version = 0 WHERE match_id = $1
