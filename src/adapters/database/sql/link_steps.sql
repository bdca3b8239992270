-- name: open
WITH swept AS (DELETE FROM link_steps WHERE expires_at < now() AND key_hash <> $1)
INSERT INTO link_steps (key_hash, kind, payload, expires_at)
VALUES ($1, $2, $3, now() + $4 * interval '1 second')
ON CONFLICT (key_hash) DO UPDATE
SET kind = excluded.kind, payload = excluded.payload, expires_at = excluded.expires_at

-- name: peek
SELECT payload FROM link_steps WHERE key_hash = $1 AND kind = $2 AND expires_at > now()

-- name: take
DELETE FROM link_steps WHERE key_hash = $1 AND kind = $2 RETURNING payload, expires_at > now() AS is_valid
