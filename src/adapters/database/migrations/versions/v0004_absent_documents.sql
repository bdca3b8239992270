-- Riot answered 404. A timeline that will never come is `gone` in matches, and not here.
CREATE TABLE absences (
    match_id text NOT NULL,
    document text NOT NULL CHECK (document IN ('match', 'timeline')),
    times integer NOT NULL,  -- in a row
    ask_again_at timestamptz NOT NULL,
    PRIMARY KEY (match_id, document)
);

CREATE INDEX absences_ask_again_at ON absences (ask_again_at);

-- A platform's newest matches tell how old the number of a match is that Riot does not have. Nobody asked for all
-- platforms' matches by their start.
CREATE INDEX matches_of_platform ON matches (platform, started_at);

DROP INDEX matches_started_at;
