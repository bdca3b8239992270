"""Making strangers' text harmless in Discord's Markdown, and making text fit its limits."""

import re
import unicodedata
from typing import Final

_NAME_LENGTH: Final = 40  # Riot allows 16 and a tag of 5; anything longer is no name
# Direction controls, joiners and line separators: they can reorder or hide what stands around them.
_INVISIBLE: Final = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
# What Discord's Markdown reads anywhere, and at the start of a line (headings, quotes, lists).
_MARKDOWN: Final = re.compile(r"[\\`*_~|\[\]<@]|:(?=//)|\A[#>+-]|(?<=\A\d)\.")
_MARKS: Final = re.compile(r"\\(.)|`")
_RIGHT_TO_LEFT: Final = frozenset({"R", "AL", "AN"})
_ISOLATE: Final = "\u2068{}\u2069"


def plain(text: str, limit: int = _NAME_LENGTH) -> str:
    """`text` as itself inside Discord's Markdown: no formatting, link or mention comes of it.

    At most `limit` characters of it are kept. Right-to-left text is isolated, so that it cannot reorder its line.
    """
    bare = _INVISIBLE.sub("", _CONTROL.sub(" ", text)).strip()
    escaped = _MARKDOWN.sub(r"\\\g<0>", clipped(bare, limit))
    if any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in escaped):
        return _ISOLATE.format(escaped)
    return escaped


def unmarked(markdown: str) -> str:
    """How Discord shows text of ours in which nothing but `plain` text and code in backticks stands."""
    return _MARKS.sub(r"\1", markdown)


def length(text: str) -> int:
    """Length for Discord's limits, in UTF-16 units: as its clients count, and never less than code points."""
    return len(text.encode("utf-16-le", errors="surrogatepass")) // 2


def clipped(text: str, limit: int) -> str:
    """`text`, or as much of it as fits `limit` together with an ellipsis."""
    if length(text) <= limit:
        return text
    kept = text[: max(limit - 1, 0)]
    while length(kept) > limit - 1:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"
