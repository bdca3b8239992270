-- The matches that are there become templates; bench_id and bench_puuid say what scale_data.py says.
CREATE TABLE bench_matches (LIKE matches INCLUDING STORAGE);
CREATE TABLE bench_participants (LIKE participants INCLUDING STORAGE);
CREATE TABLE bench_timelines (LIKE timelines INCLUDING STORAGE);
INSERT INTO bench_matches SELECT * FROM matches;
INSERT INTO bench_participants SELECT * FROM participants;
INSERT INTO bench_timelines SELECT * FROM timelines;
CREATE TABLE bench_templates AS
    SELECT match_id, (row_number() OVER (ORDER BY match_id) - 1)::integer AS template FROM bench_timelines;
ANALYZE bench_matches;
ANALYZE bench_participants;
ANALYZE bench_timelines;
ANALYZE bench_templates;

CREATE OR REPLACE FUNCTION bench_id(n integer) RETURNS text LANGUAGE sql IMMUTABLE
RETURN 'EUW1_' || 7000000000 + n::bigint * 48271 % 99999989;

-- Within two years, in no order that the ids would tell.
CREATE OR REPLACE FUNCTION bench_start(n integer) RETURNS timestamptz LANGUAGE sql STABLE
RETURN date_trunc('day', now()) - (n::bigint * 69621 % 1050001) * interval '1 minute';

CREATE OR REPLACE FUNCTION bench_puuid(n integer, place integer, players integer) RETURNS text LANGUAGE sql IMMUTABLE
RETURN left(translate(encode(sha512(convert_to(
    CASE WHEN place = 1 + n % 10 THEN 'player ' || n % players
    ELSE 'stranger ' || (n::bigint * 16 + place) * 48271 % 99999989 % (players * 900) END,
    'UTF8')), 'base64'), E'+/=\n', '-_'), 78);
