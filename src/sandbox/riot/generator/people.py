"""The people (and bots) of a generated world."""

import base64
import random
from dataclasses import dataclass

BOT_ID = "BOT"
_PUUID_BYTES = 58
_SUMMONER_ID_BYTES = 36
_ONSETS = ("b", "br", "d", "dr", "f", "g", "k", "kl", "l", "m", "n", "p", "r", "s", "sh", "t", "th", "v", "z")
_VOWELS = ("a", "e", "i", "o", "u", "ai", "ei", "oa")
_KANA = ("カ", "キ", "ク", "サ", "シ", "タ", "ナ", "ハ", "マ", "ミ", "ラ", "リ", "ル", "ロ", "ワ")
_HANGUL = ("가", "나", "다", "라", "마", "바", "사", "아", "자", "하", "은", "별", "달", "빛", "꽃")
_HAN = ("山", "水", "风", "龙", "星", "月", "雪", "天", "小", "白", "火", "云")
_TAG_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"
_STRANGE_SCRIPT_SHARE = 0.3
_DEFAULT_TAG_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Role:
    """A position that somebody plays, and the champions (`championName`) there, the favourite first."""

    position: str
    champions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Player:
    """A Riot account and the summoner that belongs to it.

    `puuid` is 78 characters of base64url; `platform` is upper case, as in match ids (`NA1`). Somebody without `roles`
    plays anything. `skill` is the mean of the player's form, in standard deviations. `remark` is for the sign-in page.
    """

    puuid: str
    summoner_id: str
    game_name: str
    tag_line: str
    platform: str
    profile_icon_id: int
    summoner_level: int
    roles: tuple[Role, ...] = ()
    skill: float = 0.0
    remark: str = ""

    @property
    def riot_id(self) -> str:
        """`gameName#tagLine`."""
        return f"{self.game_name}#{self.tag_line}"

    @property
    def is_bot(self) -> bool:
        """Whether this is one of the co-op vs AI opponents."""
        return self.puuid == BOT_ID


def _opaque(rng: random.Random, size: int) -> str:
    return base64.urlsafe_b64encode(rng.randbytes(size)).rstrip(b"=").decode()


def _name(rng: random.Random) -> str:
    if rng.random() < _STRANGE_SCRIPT_SHARE:
        syllables = rng.choice((_KANA, _HANGUL, _HAN))
        return "".join(rng.choices(syllables, k=rng.randint(3, 6)))
    words = [
        "".join(rng.choice(_ONSETS) + rng.choice(_VOWELS) for _ in range(rng.randint(2, 3))).capitalize()
        for _ in range(rng.choice((1, 1, 2)))
    ]
    return " ".join(words)[:16].rstrip()


def stranger(rng: random.Random, platform: str) -> Player:
    """A random account on `platform`; the same generator state gives the same account."""
    default_tag = rng.random() < _DEFAULT_TAG_SHARE
    return Player(
        puuid=_opaque(rng, _PUUID_BYTES),
        summoner_id=_opaque(rng, _SUMMONER_ID_BYTES),
        game_name=_name(rng),
        tag_line=platform if default_tag else "".join(rng.choices(_TAG_ALPHABET, k=rng.randint(3, 5))),
        platform=platform,
        profile_icon_id=rng.choice((*range(29), 588, 1297, 3587, 4568, 5067, 5488, 6581)),
        summoner_level=rng.randint(30, 690),
    )


def named(
    rng: random.Random,
    platform: str,
    riot_id: str,
    *,
    icon: int,
    level: int,
    roles: tuple[Role, ...] = (),
    skill: float = 0.0,
    remark: str = "",
) -> Player:
    """An account with a chosen Riot ID (`name#tag`) and random identifiers."""
    game_name, _, tag_line = riot_id.partition("#")
    puuid, summoner_id = _opaque(rng, _PUUID_BYTES), _opaque(rng, _SUMMONER_ID_BYTES)
    return Player(puuid, summoner_id, game_name, tag_line, platform, icon, level, roles, skill, remark)


def bot(champion_name: str, platform: str) -> Player:
    """The computer opponent playing `champion_name`; its ids are literally `BOT`."""
    return Player(BOT_ID, BOT_ID, f"{champion_name} bot", "", platform, 0, 1)
