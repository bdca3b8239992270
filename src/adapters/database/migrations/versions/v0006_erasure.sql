-- For whom no personal data may come in: a SHA-256 over the PUUID (see core/domain/pseudonyms).
CREATE TABLE tombstones (
    puuid_hash bytea PRIMARY KEY,
    erased_at timestamptz NOT NULL DEFAULT now()
);

-- Erasures whose matches are not done. What still names the person is here and nowhere else; the row goes at the end.
CREATE TABLE erasures (
    id uuid PRIMARY KEY,
    begun_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    relinked_at timestamptz, -- since when the person, or one of the accounts, is linked again
    discord_id text NOT NULL,
    puuids text[] NOT NULL,
    riot_ids text[] NOT NULL,
    job_ids uuid[] NOT NULL,
    accounts integer NOT NULL
);

-- Whose an account was last.
CREATE INDEX link_audit_of_account ON link_audit (puuid, id);
