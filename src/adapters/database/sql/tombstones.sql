-- name: share
-- Taken before any row is locked: whoever erases waits for all who took it, and they wait for nothing of an erasure's.
SELECT pg_advisory_xact_lock_shared(hashtextextended('tombstones', 4))

-- name: exclude
SELECT pg_advisory_xact_lock(hashtextextended('tombstones', 4))

-- name: among
SELECT puuid_hash FROM tombstones WHERE puuid_hash = ANY ($1::bytea[])

-- name: put
INSERT INTO tombstones (puuid_hash) SELECT unnest($1::bytea[]) ON CONFLICT DO NOTHING

-- name: lift
DELETE FROM tombstones WHERE puuid_hash = $1

-- name: spare
-- What an erasure has not come to by then stays the player's, and so does what they ask for from now on.
UPDATE erasures SET puuids = array_remove(puuids, $1), relinked_at = coalesce(relinked_at, clock_timestamp())
WHERE $1 = ANY (puuids) OR discord_id = $2
