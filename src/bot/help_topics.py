"""What /help is divided into; each command says where it belongs."""

from enum import StrEnum
from typing import Final

TOPIC: Final = "topic"
"""Under this name a command's extras hold its `Topic`."""

EXAMPLES: Final = "examples"
"""Under this name a command's extras hold lines to type: the command with some of its options, or without any."""


class Topic(StrEnum):
    """The headings, in their order."""

    FIRST_STEPS = "First steps"
    MATCHES = "Your matches"
    ACCOUNTS = "Your accounts"
    CHIMERA = "About Chimera"
