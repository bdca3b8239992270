-- name: add
-- Repeating changes nothing; another key under the same id is refused.
INSERT INTO api_keys (key_id, name, scopes, per_minute, digest, created_at, revoked_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (key_id) DO UPDATE SET digest = excluded.digest WHERE api_keys.digest = excluded.digest
RETURNING key_id

-- name: find
SELECT * FROM api_keys WHERE key_id = $1 AND revoked_at IS NULL

-- name: all
SELECT * FROM api_keys ORDER BY created_at, key_id

-- name: any
SELECT EXISTS (SELECT FROM api_keys) AS is_any

-- name: revoke
UPDATE api_keys SET revoked_at = now() WHERE key_id = $1 AND revoked_at IS NULL RETURNING key_id
