"""The page on which a person chooses which Riot account to sign in with."""

from collections.abc import Iterable, Mapping
from html import escape

from src.sandbox.riot.generator.people import Player
from src.sandbox.sign_in_page import Button, Choice, choice_page


def sign_in_page(players: Iterable[Player], parameters: Mapping[str, str]) -> str:
    """A form with one choice per account; it posts the request's parameters back."""
    return choice_page(
        "Sign in to the sandbox",
        f"<b>{escape(parameters.get('client_id', ''))}</b> wants to know which Riot account is yours. "
        "This is a stand-in: nothing here reaches Riot.",
        [Choice(player.puuid, player.riot_id, _beside(player)) for player in players],
        parameters,
        field="puuid",
        accept=Button("allow", "Sign in"),
        decline=Button("deny", "Deny"),
        accent="#d13639",
    )


def _beside(player: Player) -> str:
    """Where the account plays (`NA`), and what it is good for."""
    region = player.platform.rstrip("0123456789")
    return f"{region} · {player.remark}" if player.remark else region
