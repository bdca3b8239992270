CREATE TABLE players (
    puuid text PRIMARY KEY,
    platform text NOT NULL,
    game_name text,
    tag_line text,
    riot_id_folded text,
    refreshed_at timestamptz NOT NULL
);

-- Not unique: the PUUID of a Riot ID differs from API key to API key.
CREATE INDEX players_riot_id ON players (riot_id_folded);

CREATE TABLE bindings (
    puuid text PRIMARY KEY,
    discord_id text NOT NULL,
    platform text NOT NULL,
    game_name text NOT NULL,
    tag_line text NOT NULL,
    is_main boolean NOT NULL,
    bound_at timestamptz NOT NULL,
    validated_at timestamptz NOT NULL
);

CREATE INDEX bindings_of_user ON bindings (discord_id);

CREATE UNIQUE INDEX bindings_one_main ON bindings (discord_id) WHERE is_main;

-- A sign-in under way, under the SHA-256 of its state.
CREATE TABLE link_attempts (
    state_hash text PRIMARY KEY,
    payload jsonb NOT NULL,
    expires_at timestamptz NOT NULL
);

-- A proven account that waits for its owner's confirmation, under the SHA-256 of its token.
CREATE TABLE pending_links (
    token_hash text PRIMARY KEY,
    payload jsonb NOT NULL,
    expires_at timestamptz NOT NULL
);

CREATE TABLE matches (
    match_id text PRIMARY KEY,
    platform text,
    queue_id integer NOT NULL,
    map_id integer NOT NULL,
    mode text NOT NULL,
    patch text NOT NULL,
    game_version text NOT NULL,
    started_at timestamptz NOT NULL,
    duration_s double precision NOT NULL,
    kind text NOT NULL,
    is_remake boolean NOT NULL,
    is_aborted boolean NOT NULL,
    timeline_state text NOT NULL CHECK (timeline_state IN ('missing', 'stored', 'gone')),
    stored_at timestamptz NOT NULL DEFAULT now(),
    document jsonb NOT NULL,
    body bytea NOT NULL  -- Riot's bytes, zstd
);

-- zstd bytes do not compress again.
ALTER TABLE matches ALTER COLUMN body SET STORAGE EXTERNAL;

CREATE INDEX matches_started_at ON matches (started_at);

CREATE TABLE participants (
    match_id text NOT NULL REFERENCES matches ON DELETE CASCADE,
    participant_id smallint NOT NULL,
    puuid text,  -- NULL: a bot
    name text NOT NULL,
    game_name text,
    tag_line text,
    champion text NOT NULL,
    champion_id integer NOT NULL,
    champion_level smallint NOT NULL,
    team_id smallint NOT NULL,
    position text,
    outcome text NOT NULL,
    kills smallint NOT NULL,
    deaths smallint NOT NULL,
    assists smallint NOT NULL,
    lane_minions integer NOT NULL,
    jungle_monsters integer NOT NULL,
    gold integer NOT NULL,
    damage_to_champions integer NOT NULL,
    vision_score integer NOT NULL,
    placement smallint,
    subteam_id smallint,
    started_at timestamptz NOT NULL,  -- the match's, so that one index serves a player's history
    PRIMARY KEY (match_id, participant_id)
);

CREATE INDEX participants_history ON participants (puuid, started_at DESC) WHERE puuid IS NOT NULL;

-- One row per match: row i of each two-dimensional array belongs to participant_ids[i], column j to frame_times[j].
-- Frame times are seconds from game start.
CREATE TABLE timelines (
    match_id text PRIMARY KEY REFERENCES matches ON DELETE CASCADE,
    frame_times double precision[] NOT NULL,
    participant_ids smallint[] NOT NULL,
    total_gold integer[] NOT NULL,
    xp integer[] NOT NULL,
    level smallint[] NOT NULL,
    lane_minions smallint[] NOT NULL,
    jungle_monsters smallint[] NOT NULL,
    kills jsonb NOT NULL,
    monsters jsonb NOT NULL,
    buildings jsonb NOT NULL,
    body bytea NOT NULL  -- Riot's bytes, zstd
);

ALTER TABLE timelines ALTER COLUMN body SET STORAGE EXTERNAL;

-- json, not jsonb, where people read the value back: it keeps the order of keys.
CREATE TABLE jobs (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    arguments json NOT NULL,
    queue text NOT NULL,
    lane text NOT NULL CHECK (lane IN ('interactive', 'background')),
    owner text,
    idempotency_key text,
    parent_id uuid REFERENCES jobs ON DELETE CASCADE,
    position integer NOT NULL,  -- order among those submitted together
    max_retries integer NOT NULL,
    rate_per_minute integer,
    not_before double precision NOT NULL,
    reply json,  -- holds a secret token: cleared when the job is done with
    state text NOT NULL CHECK (state IN ('queued', 'running', 'waiting', 'succeeded', 'failed', 'cancelled')),
    attempts integer NOT NULL DEFAULT 0,
    deaths integer NOT NULL DEFAULT 0,
    fence integer NOT NULL DEFAULT 0,
    progress json,
    result json,
    error text,
    error_kind text,
    cancel_requested boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL,
    next_attempt_at timestamptz NOT NULL,
    published_at timestamptz,
    publications integer NOT NULL DEFAULT 0,  -- since the last claim
    worker text,
    claim_id uuid,  -- names one call of claim, so that repeating it finds what it already took
    claimed_at timestamptz,
    lease_until timestamptz,
    finished_at timestamptz,
    settled_at timestamptz
);

CREATE UNIQUE INDEX jobs_idempotency_key ON jobs (idempotency_key)
    WHERE state IN ('queued', 'running', 'waiting');

CREATE INDEX jobs_due ON jobs (lane DESC, next_attempt_at) WHERE state = 'queued';

-- Deferred jobs of one kind are counted when a rate is used up.
CREATE INDEX jobs_deferred ON jobs (kind, next_attempt_at) WHERE state = 'queued';

-- Without the lease as a column of it, a heartbeat touches no index.
CREATE INDEX jobs_running ON jobs (id) WHERE state = 'running';

CREATE INDEX jobs_unsettled ON jobs (finished_at)
    WHERE settled_at IS NULL AND state IN ('succeeded', 'failed', 'cancelled');

CREATE INDEX jobs_children ON jobs (parent_id) WHERE parent_id IS NOT NULL;

-- Rows change often and stay small: room for updates within the page keeps indexes out of it.
ALTER TABLE jobs SET (fillfactor = 70);

-- Claims of the last minute, by kind, where a rate binds. A job claimed twice counts twice.
CREATE TABLE job_claims (
    kind text NOT NULL,
    claimed_at timestamptz NOT NULL
);

CREATE INDEX job_claims_window ON job_claims (kind, claimed_at);
