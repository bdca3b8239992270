-- name: known
SELECT match_id, document, times, ask_again_at FROM absences WHERE match_id = ANY ($1::text[])

-- name: note
INSERT INTO absences (match_id, document, times, ask_again_at)
SELECT * FROM unnest($1::text[], $2::text[], $3::integer[], $4::timestamptz[])
ON CONFLICT (match_id, document) DO UPDATE SET
    times = greatest(absences.times, excluded.times),
    ask_again_at = greatest(absences.ask_again_at, excluded.ask_again_at)

-- name: newest_settled
SELECT newest.match_id
FROM unnest($1::text[]) AS asked (platform)
CROSS JOIN LATERAL (
    SELECT m.match_id
    FROM matches m
    WHERE m.platform = asked.platform
        -- The first says where in the index to begin, the second what is over by then.
        AND m.started_at < $2
        AND m.started_at + m.duration_s * interval '1 second' < $2
    ORDER BY m.started_at DESC
    LIMIT 1
) AS newest

-- name: forget
WITH gone AS (DELETE FROM absences WHERE ask_again_at < $1 RETURNING 1)
SELECT count(*) AS gone FROM gone
