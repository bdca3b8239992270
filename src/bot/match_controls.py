"""What leads on from an analysis: the buttons that a worker has put under it, and the choice of another match."""

import re
from collections.abc import Callable, Sequence
from typing import Any, Final, Self, cast

import discord
import structlog

from src.bot.controls import Button, check_owner, tree_of
from src.bot.interactions import acknowledge_press, answer_at_once, edit_controls, message_now, place_of
from src.bot.services import services_of
from src.bot.suggestions import MOST_CHOICES
from src.core.domain.answer_key import ANSWER_KEY, AnswerKey
from src.core.domain.binding import Binding
from src.core.domain.match_summary import MatchSummary
from src.core.domain.plain_text import plain
from src.core.ports.answers import MatchLabel

_log = structlog.get_logger(__name__)

Select = discord.ui.Select[Any]

_NOT_YOURS: Final = "Only who asked can use these buttons."
_ANOTHER, _REFRESH, _DETAILS, _LESS, _PICK = "another", "refresh", "details", "less", "pick"


class MatchButton(
    discord.ui.DynamicItem[Button],
    template=re.compile(f"chimera:match:(?P<what>{_ANOTHER}|{_REFRESH}|{_DETAILS}|{_LESS}):(?P<key>{ANSWER_KEY})"),
):
    """A button under an analysis, as the worker has made it."""

    def __init__(self, button: Button, what: str, key: AnswerKey) -> None:
        super().__init__(button)
        self._what, self.key = what, key

    @classmethod
    async def from_custom_id(cls, _interaction: discord.Interaction, item: Any, match: re.Match[str], /) -> Self:
        """The button that was pressed."""
        return cls.of(item, match)

    @classmethod
    def of(cls, button: Button, match: re.Match[str]) -> Self:
        """The button whose custom_id gave this match."""
        return cls(button, match["what"], AnswerKey.parse(match["key"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Do it as commands are done."""
        await tree_of(interaction).press(interaction, f"{self._what} button", self._press)

    async def _press(self, interaction: discord.Interaction) -> None:
        check_owner(interaction, self.key.owner, _NOT_YOURS)
        if self._what == _ANOTHER:
            await _offer_matches(interaction, self.key)
            return
        details = _shows_details(interaction) if self._what == _REFRESH else self._what == _DETAILS
        await _answer_anew(interaction, self.key, match_id=self.key.match_id, details=details)


class MatchSelect(discord.ui.DynamicItem[Select], template=re.compile(f"chimera:match:{_PICK}:(?P<key>{ANSWER_KEY})")):
    """Stored matches of an account, one of which takes the place of the one that is shown."""

    def __init__(self, select: Select, key: AnswerKey) -> None:
        super().__init__(select)
        self._key = key

    @classmethod
    async def from_custom_id(cls, _interaction: discord.Interaction, item: Any, match: re.Match[str], /) -> Self:
        """The select that was used."""
        return cls(item, AnswerKey.parse(match["key"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Do it as commands are done."""
        await tree_of(interaction).press(interaction, "match select", self._pick)

    async def _pick(self, interaction: discord.Interaction) -> None:
        check_owner(interaction, self._key.owner, _NOT_YOURS)
        (chosen,) = self.item.values
        await _answer_anew(interaction, self._key, match_id=chosen, details=_shows_details(interaction))


def match_select(
    key: AnswerKey, binding: Binding, matches: Sequence[MatchSummary], label: Callable[[MatchSummary], MatchLabel]
) -> MatchSelect:
    """A choice of at most 25 matches, in their order."""
    labelled = [(match.match_id, label(match)) for match in matches]
    select: Select = discord.ui.Select(
        custom_id=f"chimera:match:{_PICK}:{key.text}",
        placeholder=f"Choose a match of {binding.riot_id}",
        options=[discord.SelectOption(label=line, value=one, description=beside) for one, (line, beside) in labelled],
    )
    return MatchSelect(select, key)


async def _answer_anew(interaction: discord.Interaction, key: AnswerKey, *, match_id: str, details: bool) -> None:
    """Have a worker put another answer in the place of the one that is shown."""
    await acknowledge_press(interaction)
    reply, replaces = place_of(interaction, _message(interaction))
    job = await services_of(interaction).analysis_requests.submit(
        discord_id=key.owner, match=match_id, account=key.account, reply=reply, details=details, replaces=replaces
    )
    _log.info("analysis_requested", job_id=str(job.id))  # from here on the worker answers


async def _offer_matches(interaction: discord.Interaction, key: AnswerKey) -> None:
    """Put a choice of the account's other matches under the buttons."""
    await acknowledge_press(interaction)
    services = services_of(interaction)
    binding, matches = await services.stored_history.of(key.owner, key.account, limit=MOST_CHOICES + 1)
    # Looked at last: a worker may have put another answer there while the matches were read.
    buttons = _buttons(await message_now(interaction))
    key = next((button.key for button in buttons if isinstance(button, MatchButton)), key)
    others = [match for match in matches if match.match_id != key.match_id][:MOST_CHOICES]
    if not others:
        await answer_at_once(
            interaction,
            f"No other match of **{plain(str(binding.riot_id))}** is stored yet. `/sync` fetches this year's, "
            "then you can choose among them here.",
        )
        return
    view = discord.ui.View(timeout=None)
    for button in buttons:
        view.add_item(button)
    view.add_item(match_select(key, binding, others, services.answers.match_label))
    await edit_controls(interaction, view)


def _buttons(message: discord.Message) -> list[discord.ui.Item[discord.ui.View]]:
    """The buttons under a message as they are: what is not sent again is taken away."""
    rows = [row for row in message.components if isinstance(row, discord.ActionRow)]
    shown = [part for row in rows for part in row.children if isinstance(part, discord.Button)]
    return [_taken(discord.ui.Button.from_component(button)) for button in shown]


def _taken(button: Button) -> Any:
    """The button as one that the bot knows by its custom_id: such ones leave nothing behind in its memory."""
    button.id = None  # Discord numbers the parts of a message anew
    template = MatchButton.__discord_ui_compiled_template__
    match = template.fullmatch(button.custom_id or "")
    return MatchButton.of(button, match) if match else button


def _shows_details(interaction: discord.Interaction) -> bool:
    """Whether the answer shows every participant: then there is a button for less of it."""
    return any(f":{_LESS}:" in (getattr(button, "custom_id", None) or "") for button in _buttons(_message(interaction)))


def _message(interaction: discord.Interaction) -> discord.Message:
    """The message that the control is under, as it was when it was used; Discord always sends it."""
    return cast("discord.Message", interaction.message)
