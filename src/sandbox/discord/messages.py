"""Messages of the stand-in as people see them."""

from dataclasses import dataclass
from typing import Any, Final, cast

from simcord.backend import Backend, serializers
from simcord.backend.models import EPHEMERAL_FLAG, Message

_LOADING_FLAG: Final = 1 << 7
_ACTION_ROW, _BUTTON, _SELECT = 1, 2, 3


@dataclass(frozen=True)
class AttachedFile:
    """A file of a message."""

    filename: str
    content_type: str
    data: bytes


@dataclass(frozen=True)
class ChannelMessage:
    """A message at one moment: `payload` is the JSON object Discord would send for it."""

    payload: dict[str, Any]
    files: tuple[AttachedFile, ...]

    @property
    def id(self) -> int:
        """The message's id."""
        return int(self.payload["id"])

    @property
    def content(self) -> str:
        """The plain text."""
        return str(self.payload["content"])

    @property
    def embeds(self) -> list[dict[str, Any]]:
        """The embeds, as Discord's JSON."""
        return cast("list[dict[str, Any]]", self.payload["embeds"])

    @property
    def buttons(self) -> list[dict[str, Any]]:
        """The buttons of all rows, as Discord's JSON (`label`, and `url` or `custom_id`)."""
        return self._parts(_BUTTON)

    @property
    def options(self) -> list[dict[str, Any]]:
        """The options of all selects, as Discord's JSON (`label`, `value`, `default`)."""
        return [option for select in self._parts(_SELECT) for option in select["options"]]

    @property
    def links(self) -> dict[str, str]:
        """The link buttons: label to address."""
        return {button["label"]: button["url"] for button in self.buttons if "url" in button}

    def _parts(self, kind: int) -> list[dict[str, Any]]:
        rows = [row for row in self.payload["components"] if row["type"] == _ACTION_ROW]
        return [part for row in rows for part in row["components"] if part["type"] == kind]

    @property
    def ephemeral(self) -> bool:
        """True if only the person who asked sees it."""
        return bool(self.payload["flags"] & EPHEMERAL_FLAG)

    @property
    def thinking(self) -> bool:
        """True while Discord shows "thinking ..." in place of an answer."""
        return bool(self.payload["flags"] & _LOADING_FLAG)


def message_of(backend: Backend, message: Message) -> ChannelMessage:
    """A copy of the message as it is now."""
    payload = dict(serializers.message_payload(backend, message))
    files = tuple(
        AttachedFile(item["filename"], item["content_type"], backend.cdn.get(item["url"]) or b"")
        for item in message.attachments
    )
    return ChannelMessage(payload, files)
