"""Riot IDs: game name and tag line."""

import re
from typing import Self

from pydantic import BaseModel, ConfigDict

from src.core.errors import InvalidInput

_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")
_UNWRITABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")  # control characters, halves of pairs
_GAME_NAME = range(3, 18)  # Riot says 3-16; names of 17 exist among converted accounts.
_TAG_LINE = range(2, 6)
_EXAMPLE = "Write it as Name#TAG, for example Faker#KR1."


class RiotId(BaseModel):
    """A Riot ID as its owner writes it, `game_name#tag_line`; compared without regard to case by Riot."""

    model_config = ConfigDict(frozen=True)

    game_name: str
    tag_line: str

    def __str__(self) -> str:
        return f"{self.game_name}#{self.tag_line}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `Name#TAG`.

        Direction marks and zero-width characters, which the Riot client puts into the clipboard, are dropped.

        Raises:
            InvalidInput: with what to write instead.
        """
        game_name, separator, tag_line = _INVISIBLE.sub("", text).strip().rpartition("#")
        game_name, tag_line = " ".join(game_name.split()), tag_line.strip()
        if not separator:
            raise InvalidInput(f"A Riot ID needs a tag line. {_EXAMPLE}")
        if len(game_name) not in _GAME_NAME or "#" in game_name or _UNWRITABLE.search(game_name):
            raise InvalidInput(f"The name before the # has 3 to 16 characters. {_EXAMPLE}")
        if len(tag_line) not in _TAG_LINE or not tag_line.isalnum():
            raise InvalidInput(f"The tag after the # has 2 to 5 letters or digits. {_EXAMPLE}")
        return cls(game_name=game_name, tag_line=tag_line)
