"""Keeping an embed within what Discord takes. The numbers are Discord's."""

from typing import Any, Final

from src.core.domain.plain_text import clipped, length

Embed = dict[str, Any]
"""An embed in Discord's JSON form."""

TITLE: Final = 256
DESCRIPTION: Final = 4096
FIELD_NAME: Final = 256
FIELD_VALUE: Final = 1024
FIELDS: Final = 25
FOOTER: Final = 2048
TOTAL: Final = 6000


def fitted(embed: Embed, *, limit: int = TOTAL) -> Embed:
    """The embed with each text cut to its limit; the last fields go first when all of it is more than `limit`.

    A message's limit holds for its embeds together: another one takes what the first leaves.
    """
    fit = embed | {
        "title": clipped(embed.get("title", ""), TITLE),
        "description": clipped(embed.get("description", ""), DESCRIPTION),
        "fields": [
            field | {"name": clipped(field["name"], FIELD_NAME), "value": clipped(field["value"], FIELD_VALUE)}
            for field in embed.get("fields", ())[:FIELDS]
        ],
        "footer": {"text": clipped(embed.get("footer", {}).get("text", ""), FOOTER)},
    }
    while total(fit) > limit and fit["fields"]:
        fit["fields"] = fit["fields"][:-1]
    over = total(fit) - limit
    if over > 0:
        fit["description"] = clipped(fit["description"], max(length(fit["description"]) - over, 0))
    return fit


def total(embed: Embed) -> int:
    """All of an embed's text, as the limit of 6000 counts it."""
    fields = sum(length(field["name"]) + length(field["value"]) for field in embed.get("fields", ()))
    texts = (embed.get("title", ""), embed.get("description", ""), embed.get("footer", {}).get("text", ""))
    return fields + sum(map(length, texts))
