-- The version of the facts that what is stored now has been looked at for; 0: none.
ALTER TABLE matches ADD COLUMN facts_version smallint NOT NULL DEFAULT 0;

-- Nearly all rows have the same value: each takes a few bytes here.
CREATE INDEX matches_facts_version ON matches (facts_version);

-- Not a column of matches: a new version rewrites all of this, among documents that never change it would leave holes.
-- What lies here counts only as long as facts_version says so.
CREATE TABLE match_facts (
    match_id text PRIMARY KEY REFERENCES matches ON DELETE CASCADE,
    edition text NOT NULL,  -- of the match: what they were computed from
    body bytea  -- the facts as JSON, zstd; NULL: they cannot be computed from what is stored
);

ALTER TABLE match_facts ALTER COLUMN body SET STORAGE EXTERNAL;
