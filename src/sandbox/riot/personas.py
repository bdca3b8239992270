"""The people of the generated world that one can be: who they are, what they play, how good they are at it."""

from dataclasses import dataclass

from src.sandbox.riot.generator.people import Role

SOLO, FLEX = "RANKED_SOLO_5x5", "RANKED_FLEX_SR"


@dataclass(frozen=True, slots=True)
class Rank:
    """A standing in one ranked queue; `win_share` of the season's games were won."""

    queue_type: str
    tier: str
    division: str
    points: int
    win_share: float


@dataclass(frozen=True, slots=True)
class Persona:
    """A player of the world and the account's circumstances.

    `roles` are the main one and what is played when that is taken. `skill` is what the player adds to an even game,
    in standard deviations of form. `evening` is the slot of the UTC day in which the player usually starts. `remark`
    says what the account is good for.
    """

    riot_id: str
    platform: str
    icon: int
    level: int
    evening: int
    remark: str
    roles: tuple[Role, ...] = ()
    skill: float = 0.0
    ranks: tuple[Rank, ...] = ()


PERSONAS = (
    Persona(
        "Ashen Koda#NA1", "NA1", 588, 187, 0,
        "mid · every special case",
        (Role("MIDDLE", ("Ahri", "Orianna", "Syndra", "Viktor")), Role("TOP", ("Jax", "Kennen"))),
        0.5,
        (Rank(SOLO, "EMERALD", "II", 47, 0.54), Rank(FLEX, "PLATINUM", "I", 20, 0.56)),
    ),
    Persona(
        "Zoë Łuków#DUO", "NA1", 4568, 243, 2,
        "bot · Ashen Koda's duo partner",
        (Role("BOTTOM", ("Jinx", "Kaisa", "Caitlyn", "Ezreal")), Role("UTILITY", ("Nami", "Thresh"))),
        0.3,
        (Rank(SOLO, "EMERALD", "IV", 12, 0.52), Rank(FLEX, "PLATINUM", "II", 64, 0.55)),
    ),
    Persona(
        "달빛 고양이#KR1", "KR", 3587, 96, 11,
        "jungle · a name in Hangul",
        (Role("JUNGLE", ("LeeSin", "Viego", "Elise", "Nidalee", "Kayn")), Role("TOP", ("Aatrox", "Renekton"))),
        0.2,
        (Rank(SOLO, "GOLD", "I", 88, 0.51),),
    ),
    Persona(
        "ΑΘΗΝΑ Nyx#EUW", "EUW1", 29, 310, 22,
        "support · solo and flex rank",
        (Role("UTILITY", ("Thresh", "Nautilus", "Lulu", "Rakan")), Role("MIDDLE", ("Lissandra", "Galio"))),
        0.6,
        (Rank(SOLO, "DIAMOND", "IV", 3, 0.55), Rank(FLEX, "EMERALD", "I", 71, 0.57)),
    ),
    Persona(
        "Käsekuchen#EUW", "EUW1", 23, 74, 21,
        "top · unranked, for fun",
        (Role("TOP", ("Garen", "Teemo", "Sett", "Malphite")),),
    ),
    Persona("Quiet Harbor#NA1", "NA1", 7, 31, 0, "has never played"),
)  # fmt: skip
MAIN, PARTNER, KOREAN, EUROPEAN, UNRANKED, NEWCOMER = range(6)
"""Indices into the personas."""
