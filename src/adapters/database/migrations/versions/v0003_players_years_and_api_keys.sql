-- Whether the match is in its player's yearly_statistics.
ALTER TABLE participants ADD COLUMN is_counted boolean NOT NULL DEFAULT false;

-- The year is that of the match's start, UTC.
CREATE TABLE yearly_statistics (
    puuid text NOT NULL,
    year integer NOT NULL,
    games bigint NOT NULL DEFAULT 0,
    wins bigint NOT NULL DEFAULT 0,
    losses bigint NOT NULL DEFAULT 0,
    remakes bigint NOT NULL DEFAULT 0,
    kills bigint NOT NULL DEFAULT 0,
    deaths bigint NOT NULL DEFAULT 0,
    assists bigint NOT NULL DEFAULT 0,
    cs bigint NOT NULL DEFAULT 0,
    gold bigint NOT NULL DEFAULT 0,
    damage_to_champions bigint NOT NULL DEFAULT 0,
    vision_score bigint NOT NULL DEFAULT 0,
    seconds numeric(15, 3) NOT NULL DEFAULT 0,  -- exact: a sum in any order is the same
    PRIMARY KEY (puuid, year)
);

-- What each match adds to its players' years. Remakes and aborted games are counted, and add nothing else.
CREATE VIEW player_games AS
SELECT
    p.match_id,
    p.participant_id,
    p.puuid,
    p.is_counted,
    extract(year FROM p.started_at AT TIME ZONE 'UTC')::integer AS year,
    played AS games,
    (p.outcome = 'win')::integer AS wins,
    (p.outcome = 'loss')::integer AS losses,
    1 - played AS remakes,
    played * p.kills AS kills,
    played * p.deaths AS deaths,
    played * p.assists AS assists,
    played * (p.lane_minions + p.jungle_monsters) AS cs,
    played * p.gold AS gold,
    played * p.damage_to_champions AS damage_to_champions,
    played * p.vision_score AS vision_score,
    played * round(m.duration_s::numeric, 3) AS seconds
FROM participants p
JOIN matches m USING (match_id)
CROSS JOIN LATERAL (SELECT (p.outcome IN ('win', 'loss'))::integer AS played) AS is_played
WHERE p.puuid IS NOT NULL;

-- What yearly_statistics must say.
CREATE VIEW counted_years AS
SELECT
    puuid,
    year,
    sum(games) AS games,
    sum(wins) AS wins,
    sum(losses) AS losses,
    sum(remakes) AS remakes,
    sum(kills) AS kills,
    sum(deaths) AS deaths,
    sum(assists) AS assists,
    sum(cs) AS cs,
    sum(gold) AS gold,
    sum(damage_to_champions) AS damage_to_champions,
    sum(vision_score) AS vision_score,
    sum(seconds) AS seconds
FROM player_games
WHERE is_counted
GROUP BY puuid, year;

-- The number is what the API calls a summoner's id; checked_at is when the stored history was last compared with Riot's.
ALTER TABLE players
    ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    ADD COLUMN checked_at timestamptz;

CREATE INDEX players_refreshed_at ON players (refreshed_at);

-- Whoever is linked is a player; from here on, linking sees to it.
INSERT INTO players (puuid, platform, game_name, tag_line, riot_id_folded, refreshed_at)
SELECT puuid, platform, game_name, tag_line, lower(game_name || '#' || tag_line), validated_at
FROM bindings
ORDER BY bound_at, puuid
ON CONFLICT (puuid) DO NOTHING;

-- Of the key itself only an HMAC is kept.
CREATE TABLE api_keys (
    key_id text PRIMARY KEY,
    name text NOT NULL,
    scopes text[] NOT NULL,
    per_minute integer NOT NULL,
    digest bytea NOT NULL,
    created_at timestamptz NOT NULL,
    revoked_at timestamptz
);
