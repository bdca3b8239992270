"""The page on which a person says which of the sandbox's people they are on Discord."""

from collections.abc import Iterable, Mapping
from html import escape

from src.sandbox.discord.oauth_grants import Person
from src.sandbox.sign_in_page import Button, Choice, choice_page


def consent_page(people: Iterable[Person], parameters: Mapping[str, str]) -> str:
    """A form with one choice per person; it posts the request's parameters back."""
    return choice_page(
        "Who are you on Discord?",
        f"Application <b>{escape(parameters['client_id'])}</b> wants to know your user name "
        f"(<b>{escape(parameters['scope'])}</b>). This is a stand-in: nothing here reaches Discord.",
        [Choice(person.id, person.global_name, person.username) for person in people],
        parameters,
        field="user_id",
        accept=Button("authorize", "Authorize"),
        decline=Button("cancel", "Cancel"),
        accent="#5865f2",
    )
