"""The page on which a person says which of the sandbox's people they are. No scripts, nothing from elsewhere."""

from collections.abc import Iterable, Mapping
from html import escape

from src.sandbox.discord.oauth_grants import Person

_STYLE = """
body{font-family:system-ui,sans-serif;background:#1a1b1e;color:#e6e6ea;display:flex;justify-content:center;margin:0}
main{max-width:26rem;width:100%;padding:2rem 1rem}h1{font-size:1.3rem}p{color:#a9aab2;line-height:1.4}
label{display:block;padding:.6rem .8rem;margin:.4rem 0;background:#26282e;border-radius:.4rem;cursor:pointer}
small{color:#8b8d97;float:right}button{font:inherit;padding:.6rem 1.2rem;border:0;border-radius:.4rem;
margin:.8rem .5rem 0 0;cursor:pointer;background:#5865f2;color:#fff}button.cancel{background:#383a42}
"""


def consent_page(people: Iterable[Person], parameters: Mapping[str, str]) -> str:
    """A form with one choice per person; it posts the request's parameters back."""
    choices = "".join(
        f'<label><input type="radio" name="user_id" value="{escape(person.id)}"{"" if number else " checked"}> '
        f"{escape(person.global_name)} <small>{escape(person.username)}</small></label>"
        for number, person in enumerate(people)
    )
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in parameters.items()
    )
    return _page(
        "Who are you on Discord?",
        f"<p>Application <b>{escape(parameters['client_id'])}</b> wants to know your user name "
        f"(<b>{escape(parameters['scope'])}</b>). This is a stand-in: nothing here reaches Discord.</p>"
        f'<form method="post">{hidden}{choices}'
        '<button name="decision" value="authorize">Authorize</button>'
        '<button class="cancel" name="decision" value="cancel">Cancel</button></form>',
    )


def error_page(message: str) -> str:
    """What a person sees when the request cannot be sent back to the application."""
    return _page("This sign-in cannot continue", f"<p>{escape(message)}</p>")


def _page(title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style></head><body><main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )
