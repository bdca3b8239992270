-- name: load
-- By the edition they are of, and not by that of the match: a worker of a release without facts replaces a match and
-- leaves its version as it was.
SELECT f.body FROM match_facts f JOIN matches m USING (match_id)
WHERE match_id = $1 AND f.edition = $2 AND facts_version = $3 AND f.body IS NOT NULL

-- name: keep
WITH done AS (
    UPDATE matches SET facts_version = $3
    WHERE match_id = $1 AND timeline_state || extract(epoch FROM stored_at) = $2
        AND (facts_version < $3 OR facts_version = $3 AND $4::bytea IS NOT NULL)
    RETURNING match_id
)
INSERT INTO match_facts (match_id, edition, body) SELECT match_id, $2, $4 FROM done
ON CONFLICT (match_id) DO UPDATE SET edition = excluded.edition, body = excluded.body

-- name: stale
-- Sorted by the column of the index, so that no other plan is worth a thought.
SELECT match_id, timeline_state || extract(epoch FROM stored_at) AS edition
FROM matches WHERE facts_version < $1 ORDER BY facts_version LIMIT $2
