"""Hand-made match and timeline documents whose numbers agree with each other as Riot's do."""

from copy import deepcopy
from typing import Any

CHAMPIONS = ("Garen", "LeeSin", "Ahri", "Jinx", "Thresh", "Darius", "Vi", "Zed", "Caitlyn", "Lulu")
POSITIONS = ("TOP", "JUNGLE", "MIDDLE", "BOTTOM", "UTILITY")
MATCH_ID = "EUW1_7000000001"

Document = dict[str, Any]


def puuid(participant_id: int) -> str:
    """The PUUID of a participant of these documents."""
    return f"puuid-{participant_id:02}"


class Story:
    """A game to be told: two teams of five on the Rift, everybody equal, until something happens.

    Everybody has 500 gold at the start and earns 300 gold, 6 lane minions and 400 experience a minute. The game
    ends at the full minute `minutes`; the last frame is its end.
    """

    def __init__(self, minutes: int = 20, *, winner: int = 100) -> None:
        self.minutes = minutes
        self.winner = winner
        self.events: list[Document] = []
        self._extra: dict[str, dict[int, dict[int, int]]] = {"gold": {}, "minions": {}, "xp": {}}

    def gain(self, participant_id: int, minute: int, gold: int = 0, minions: int = 0, xp: int = 0) -> "Story":
        """Give a participant more (or less) of something from a minute on."""
        for what, amount in (("gold", gold), ("minions", minions), ("xp", xp)):
            mine = self._extra[what].setdefault(participant_id, {})
            mine[minute] = mine.get(minute, 0) + amount
        return self

    def kill(self, at_s: float, killer: int, victim: int, assists: tuple[int, ...] = ()) -> "Story":
        """A champion kill; Riot leaves the assists out where there are none."""
        event: Document = {"killerId": killer, "victimId": victim, "bounty": 300, "shutdownBounty": 0}
        event["position"] = {"x": 7000, "y": 7000}
        if assists:
            event["assistingParticipantIds"] = list(assists)
        return self._event("CHAMPION_KILL", at_s, event)

    def monster(self, at_s: float, kind: str, killer: int, assists: tuple[int, ...] = (), subtype: str = "") -> "Story":
        """An elite monster, taken by the killer's team (killer 0: nobody's)."""
        team = 300 if killer == 0 else team_of(killer)
        event: Document = {"monsterType": kind, "killerId": killer, "killerTeamId": team}
        event |= {"monsterSubType": subtype} if subtype else {}
        event |= {"assistingParticipantIds": list(assists)} if assists else {}
        return self._event("ELITE_MONSTER_KILL", at_s, event)

    def building(self, at_s: float, lost_by: int, kind: str = "TOWER_BUILDING", tower: str = "OUTER_TURRET") -> "Story":
        """A building that a team lost to minions."""
        event = {"buildingType": kind, "towerType": tower, "laneType": "MID_LANE", "teamId": lost_by, "killerId": 0}
        return self._event("BUILDING_KILL", at_s, event)

    def _event(self, kind: str, at_s: float, fields: Document) -> "Story":
        self.events.append({"type": kind, "timestamp": round(at_s * 1000), **fields})
        self.events.sort(key=lambda event: event["timestamp"])
        return self

    def _at(self, what: str, participant_id: int, minute: int, base: int, per_minute: int) -> int:
        extra = self._extra[what].get(participant_id, {})
        return base + per_minute * minute + sum(amount for since, amount in extra.items() if since <= minute)

    def gold(self, participant_id: int, minute: int) -> int:
        """A participant's gold at a minute's frame."""
        return self._at("gold", participant_id, minute, 500, 300)

    def minions(self, participant_id: int, minute: int) -> int:
        """A participant's lane minions at a minute's frame."""
        return self._at("minions", participant_id, minute, 0, 6)

    def match(self, **info: Any) -> Document:
        """The match document; `info` replaces fields of its info."""
        people = [self._participant(number) for number in range(1, 11)]
        base: Document = {
            "gameId": 7000000001,
            "platformId": "EUW1",
            "queueId": 420,
            "mapId": 11,
            "gameMode": "CLASSIC",
            "gameType": "MATCHED_GAME",
            "gameVersion": "15.4.650.1234",
            "gameCreation": 1_740_000_000_000,
            "gameStartTimestamp": 1_740_000_060_500,
            "gameEndTimestamp": 1_740_000_060_500 + self.minutes * 60_000,
            "gameDuration": self.minutes * 60,
            "endOfGameResult": "GameComplete",
            "participants": people,
            "teams": [{"teamId": team, "win": team == self.winner} for team in (100, 200)],
        }
        participants = [person["puuid"] for person in people]
        return {"metadata": {"matchId": MATCH_ID, "participants": participants}, "info": base | info}

    def timeline(self) -> Document:
        """The timeline document, a frame a minute."""
        frames = []
        for minute in range(self.minutes + 1):
            since, until = (minute - 1) * 60_000, minute * 60_000
            frames.append({
                "timestamp": until,
                "events": [deepcopy(e) for e in self.events if since < e["timestamp"] <= until],
                "participantFrames": {str(number): self._frame(number, minute) for number in range(1, 11)},
            })  # fmt: skip
        return {"metadata": {"matchId": MATCH_ID}, "info": {"frameInterval": 60000, "frames": frames}}

    def _frame(self, number: int, minute: int) -> Document:
        return {
            "participantId": number,
            "totalGold": self.gold(number, minute),
            "xp": self._at("xp", number, minute, 0, 400),
            "level": 1 + minute // 2,
            "minionsKilled": self.minions(number, minute),
            "jungleMinionsKilled": 0,
        }

    def _participant(self, number: int) -> Document:
        kills = [event for event in self.events if event["type"] == "CHAMPION_KILL"]
        return {
            "participantId": number,
            "puuid": puuid(number),
            "riotIdGameName": f"Player {number}",
            "riotIdTagline": "EUW",
            "summonerName": "",
            "championName": CHAMPIONS[number - 1],
            "championId": number,
            "champLevel": 1 + self.minutes // 2,
            "teamId": team_of(number),
            "teamPosition": POSITIONS[(number - 1) % 5],
            "win": team_of(number) == self.winner,
            "kills": sum(event["killerId"] == number for event in kills),
            "deaths": sum(event["victimId"] == number for event in kills),
            "assists": sum(number in event.get("assistingParticipantIds", ()) for event in kills),
            "totalMinionsKilled": self.minions(number, self.minutes),
            "neutralMinionsKilled": 0,
            "goldEarned": self.gold(number, self.minutes),
            "totalDamageDealtToChampions": 1000 * number,
            "visionScore": 20,
            "gameEndedInEarlySurrender": False,
        }


def team_of(participant_id: int) -> int:
    """Participants 1-5 are team 100, 6-10 team 200."""
    return 100 if participant_id <= len(POSITIONS) else 200


def change_people(document: Document, **fields: Any) -> Document:
    """The document with every participant's fields replaced; a value may be a function of the participant id."""
    for person in document["info"]["participants"]:
        number = person["participantId"]
        person |= {key: value(number) if callable(value) else value for key, value in fields.items()}
    return document


def arena(document: Document, size: int = 2) -> Document:
    """The document as an Arena game: subteams of `size`, placed in the order of their numbers."""
    document["info"] |= {"gameMode": "CHERRY", "mapId": 30, "queueId": 1700}
    return change_people(
        document,
        teamPosition="",
        playerSubteamId=lambda number: (number - 1) // size + 1,
        placement=lambda number: (number - 1) // size + 1,
    )
