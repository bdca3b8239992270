"""The page on which a person chooses who to sign in as. No scripts, nothing loaded from elsewhere."""

from collections.abc import Iterable, Mapping
from html import escape
from typing import NamedTuple

_STYLE = """
body{font-family:system-ui,sans-serif;background:#15171c;color:#e8e6e3;display:flex;justify-content:center;margin:0}
main{max-width:26rem;width:100%;padding:2rem 1rem}h1{font-size:1.3rem}p{color:#a8a9b0;line-height:1.4}
label{display:flex;flex-wrap:wrap;align-items:baseline;gap:0 .4rem;padding:.6rem .8rem;margin:.4rem 0;
background:#22252d;border-radius:.4rem;cursor:pointer}small{color:#8b8d97;margin-left:auto}
button{font:inherit;padding:.6rem 1.2rem;border:0;border-radius:.4rem;margin:.8rem .5rem 0 0;
cursor:pointer;background:#383a42;color:#fff}button.yes{background:var(--accent)}
"""


class Choice(NamedTuple):
    """Somebody to sign in as: what the form sends, and how they are called."""

    value: str
    name: str
    beside: str


class Button(NamedTuple):
    """A decision: what the form sends as `decision`, and what stands on the button."""

    value: str
    label: str


def choice_page(
    title: str,
    asks: str,
    choices: Iterable[Choice],
    parameters: Mapping[str, str],
    *,
    field: str,
    accept: Button,
    decline: Button,
    accent: str,
) -> str:
    """A form with one choice per person, sent as `field`; it posts the request's parameters back.

    `asks` says what is asked for, as HTML; `accent` is the CSS colour of the button that goes on.
    """
    people = "".join(
        f'<label><input type="radio" name="{field}" value="{escape(choice.value)}"{"" if number else " checked"}> '
        f"{escape(choice.name)} <small>{escape(choice.beside)}</small></label>"
        for number, choice in enumerate(choices)
    )
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in parameters.items()
    )
    return _page(
        title,
        f'<p>{asks}</p><form method="post" style="--accent:{accent}">{hidden}{people}'
        f'<button class="yes" name="decision" value="{accept.value}">{accept.label}</button>'
        f'<button name="decision" value="{decline.value}">{decline.label}</button></form>',
    )


def error_page(message: str) -> str:
    """What a person sees when the request cannot be sent back to the client."""
    return _page("This sign-in cannot continue", f"<p>{escape(message)}</p>")


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style></head><body><main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )
