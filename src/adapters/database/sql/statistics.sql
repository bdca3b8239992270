-- name: lock_uncounted
-- Whoever holds a match's lock may change what belongs to it. Sorted: two counts of the same matches must not deadlock.
SELECT m.match_id FROM matches m
JOIN participants p USING (match_id)
WHERE m.match_id = ANY ($2::text[]) AND p.puuid = $1 AND NOT p.is_counted
ORDER BY m.match_id
FOR NO KEY UPDATE OF m

-- name: count
WITH counted AS (
    UPDATE participants SET is_counted = true
    WHERE match_id = ANY ($2::text[]) AND puuid = $1 AND NOT is_counted
    RETURNING match_id, participant_id
), added AS (
    INSERT INTO yearly_statistics AS years (
        puuid, year, games, wins, losses, remakes, kills, deaths, assists, cs, gold, damage_to_champions,
        vision_score, seconds
    )
    SELECT puuid, year, sum(games), sum(wins), sum(losses), sum(remakes), sum(kills), sum(deaths), sum(assists),
        sum(cs), sum(gold), sum(damage_to_champions), sum(vision_score), sum(seconds)
    FROM player_games
    JOIN counted USING (match_id, participant_id)
    GROUP BY puuid, year
    ORDER BY year
    ON CONFLICT (puuid, year) DO UPDATE SET
        games = years.games + excluded.games,
        wins = years.wins + excluded.wins,
        losses = years.losses + excluded.losses,
        remakes = years.remakes + excluded.remakes,
        kills = years.kills + excluded.kills,
        deaths = years.deaths + excluded.deaths,
        assists = years.assists + excluded.assists,
        cs = years.cs + excluded.cs,
        gold = years.gold + excluded.gold,
        damage_to_champions = years.damage_to_champions + excluded.damage_to_champions,
        vision_score = years.vision_score + excluded.vision_score,
        seconds = years.seconds + excluded.seconds
)
SELECT count(DISTINCT match_id) FROM counted

-- name: of
SELECT * FROM yearly_statistics WHERE puuid = $1 AND year = $2

-- name: recount
SELECT * FROM counted_years WHERE puuid = $1 AND year = $2

-- name: players_of_match
SELECT participant_id, puuid, year, is_counted FROM player_games WHERE match_id = $1

-- name: mark_counted
-- By their places: under a new API key the same people have other PUUIDs. Nothing counts for a pseudonym ($3).
UPDATE participants SET is_counted = true
WHERE match_id = $1 AND participant_id = ANY ($2::smallint[]) AND puuid IS NOT NULL AND NOT starts_with(puuid, $3)

-- name: lock_years
-- A count that waits here has not added its matches yet and adds them to what is written below. Years without a row get
-- one to lock: else a first count under way would go unseen. An insert meets the row that is there at last, where a
-- SELECT FOR UPDATE that waited for somebody's `drop_years` would find it gone and miss what `recount_years` wrote.
INSERT INTO yearly_statistics AS years (puuid, year)
SELECT puuid, year FROM unnest($1::text[]) AS players (puuid) CROSS JOIN unnest($2::integer[]) AS touched (year)
ORDER BY puuid, year
ON CONFLICT (puuid, year) DO UPDATE SET games = years.games
RETURNING puuid, year

-- name: years_of
SELECT DISTINCT year FROM yearly_statistics WHERE puuid = ANY ($1::text[])

-- name: lock_games
SELECT m.match_id FROM matches m JOIN participants p USING (match_id)
WHERE p.puuid = $1 ORDER BY m.match_id FOR NO KEY UPDATE OF m

-- name: move_games
UPDATE participants SET puuid = $2 WHERE puuid = $1

-- name: drop_years
DELETE FROM yearly_statistics
WHERE (puuid, year) IN (SELECT * FROM unnest($1::text[], $2::integer[]))

-- name: recount_years
-- The second condition on the PUUID goes without saying, but only with it the sums are made for these players alone.
INSERT INTO yearly_statistics (
    puuid, year, games, wins, losses, remakes, kills, deaths, assists, cs, gold, damage_to_champions,
    vision_score, seconds
)
SELECT years.puuid, years.year, games, wins, losses, remakes, kills, deaths, assists, cs, gold, damage_to_champions,
    vision_score, seconds
FROM counted_years years
JOIN unnest($1::text[], $2::integer[]) AS wanted (puuid, year) USING (puuid, year)
WHERE years.puuid = ANY ($1::text[])
