"""The page on which a person chooses who to sign in as. No scripts, nothing loaded from elsewhere."""

from collections.abc import Iterable, Mapping
from html import escape

from src.sandbox.riot.generator.people import Player

_STYLE = """
body{font-family:system-ui,sans-serif;background:#111318;color:#e8e6e3;display:flex;justify-content:center;margin:0}
main{max-width:26rem;width:100%;padding:2rem 1rem}h1{font-size:1.3rem}p{color:#a8a6a3;line-height:1.4}
label{display:block;padding:.6rem .8rem;margin:.4rem 0;background:#1c2029;border-radius:.4rem;cursor:pointer}
small{color:#8a8885;float:right}button{font:inherit;
padding:.6rem 1.2rem;border:0;border-radius:.4rem;margin:.8rem .5rem 0 0;
cursor:pointer;background:#d13639;color:#fff}button.deny{background:#2b303b}
"""


def sign_in_page(players: Iterable[Player], parameters: Mapping[str, str]) -> str:
    """A form with one choice per account; it posts the request's parameters back."""
    choices = "".join(
        f'<label><input type="radio" name="puuid" value="{escape(player.puuid)}"{" checked" if first else ""}> '
        f"{escape(player.riot_id)} <small>{escape(player.platform)}</small></label>"
        for first, player in _marked(players)
    )
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in parameters.items()
    )
    return _page(
        "Sign in to the sandbox",
        f"<p><b>{escape(parameters.get('client_id', ''))}</b> wants to know which Riot account is yours. "
        "This is a stand-in: nothing here reaches Riot.</p>"
        f'<form method="post">{hidden}{choices}'
        '<button name="decision" value="allow">Sign in</button>'
        '<button class="deny" name="decision" value="deny">Deny</button></form>',
    )


def error_page(message: str) -> str:
    """What a person sees when the request cannot be sent back to the client."""
    return _page("This sign-in cannot continue", f"<p>{escape(message)}</p>")


def _page(title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style></head><body><main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )


def _marked(players: Iterable[Player]) -> Iterable[tuple[bool, Player]]:
    return ((index == 0, player) for index, player in enumerate(players))
