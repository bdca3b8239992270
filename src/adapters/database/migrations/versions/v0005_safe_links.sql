-- `proof` says what a link rests on; missing_since, that Riot has no such account (any more).
ALTER TABLE bindings
    ADD COLUMN proof text NOT NULL DEFAULT 'rso' CHECK (proof IN ('rso', 'icon')),
    ADD COLUMN missing_since timestamptz;

ALTER TABLE bindings ALTER COLUMN proof DROP DEFAULT;

-- Of an attempt that asks for a profile icon: the account and the icon, which two attempts must not share.
ALTER TABLE link_attempts
    ADD COLUMN puuid text,
    ADD COLUMN icon integer,
    ADD CONSTRAINT link_attempts_own_icon UNIQUE (puuid, icon);

-- Whoever stands before the old page starts anew.
DROP TABLE pending_links;

-- A step of linking in a browser, under the SHA-256 of what only that browser holds.
CREATE TABLE link_steps (
    key_hash text PRIMARY KEY,
    kind text NOT NULL,
    payload jsonb NOT NULL,
    expires_at timestamptz NOT NULL
);

-- Erasing a user puts a name for logs in place of discord_id and puuid.
CREATE TABLE link_audit (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    event text NOT NULL,
    discord_id text NOT NULL,
    puuid text,
    reason text
);

CREATE INDEX link_audit_of_user ON link_audit (discord_id, id);

CREATE INDEX link_audit_at ON link_audit (at);
