"""The list behind /accounts, and what can be done with one of them."""

import re
from collections.abc import Sequence
from typing import Any, Final, Self, cast

import discord

from src.bot.controls import PUUID, LastingButton, tree_of
from src.bot.interactions import acknowledge_press, edit_answer
from src.bot.regions import region_name
from src.bot.services import services_of
from src.core.domain.binding import MOST_ACCOUNTS, Binding, Proof
from src.core.domain.plain_text import plain

# Short names: a PUUID has 78 characters, a custom_id 100 at most.
_CHOOSE: Final = "chimera:acc:choose"
_EMPTY: Final = "No Riot account is linked yet. Link yours with `/bind`."
_ONE_MORE: Final = "/bind links another one."
_CHOICE: Final = "Choose one to make it main, or to remove it"
_GONE: Final = "That list was out of date; this is yours as it is now."  # unlinked, or under another PUUID
_PROOFS: Final = {Proof.RSO: "proven by signing in at Riot", Proof.ICON: "proven by a profile icon"}
_MISSING: Final = "⚠️ Riot does not know this account at the moment."


def account_embed(bindings: Sequence[Binding]) -> discord.Embed:
    """Linked accounts, the main one first."""
    embed = discord.Embed(title="Your Riot accounts", description="\n".join(map(_line, bindings)))
    return embed.set_footer(text=_ONE_MORE if len(bindings) < MOST_ACCOUNTS else None)


def _line(binding: Binding) -> str:
    main = " · main" if binding.is_main else ""
    facts = f"{region_name(binding.platform)} · {_PROOFS[binding.proof]}"
    missing = f"\n  {_MISSING}" if binding.missing_since else ""
    return f"- {_name(binding)}{main}\n  {facts}{missing}"


def _name(binding: Binding) -> str:
    return f"**{plain(str(binding.riot_id))}**"


def account_view(bindings: Sequence[Binding], chosen: Binding | None = None) -> discord.ui.View:
    """A choice where there is one, and what can be done with the chosen account."""
    view = discord.ui.View(timeout=None)
    if len(bindings) > 1:
        view.add_item(AccountSelect(bindings, chosen))
    elif bindings:
        view.add_item(RemoveButton(bindings[0].puuid))
    if chosen and len(bindings) > 1:
        view.add_item(MakeMainButton(chosen.puuid, row=1, disabled=chosen.is_main))
        view.add_item(RemoveButton(chosen.puuid, row=1))
    return view


async def show_accounts(interaction: discord.Interaction, *, notice: str = "", chosen: str = "") -> None:
    """Put the person's accounts, as they are now, in place of the answer; `chosen` is a PUUID."""
    bindings = await _bindings(interaction)
    found = _find(bindings, chosen)
    text = notice or (_GONE if chosen and found is None else "")
    if bindings:
        await edit_answer(interaction, text, embed=account_embed(bindings), view=account_view(bindings, found))
    else:
        await edit_answer(interaction, f"{text}\n{_EMPTY}".strip())


async def _bindings(interaction: discord.Interaction) -> tuple[Binding, ...]:
    return await services_of(interaction).binding.bindings_of(str(interaction.user.id))


def _find(bindings: Sequence[Binding], puuid: str) -> Binding | None:
    return next((binding for binding in bindings if binding.puuid == puuid), None)


class AccountSelect(discord.ui.DynamicItem[discord.ui.Select[Any]], template=re.escape(_CHOOSE)):
    """Chooses the account that the buttons are about."""

    def __init__(self, bindings: Sequence[Binding] = (), chosen: Binding | None = None) -> None:
        options = [
            discord.SelectOption(
                label=str(binding.riot_id),
                value=binding.puuid,
                description=f"{region_name(binding.platform)}{' · main' if binding.is_main else ''}",
                default=binding == chosen,
            )
            for binding in bindings
        ]
        select: discord.ui.Select[Any] = discord.ui.Select(
            custom_id=_CHOOSE, placeholder=str(chosen.riot_id) if chosen else _CHOICE, options=options
        )
        super().__init__(select, row=0)

    @classmethod
    async def from_custom_id(cls, _interaction: discord.Interaction, _item: Any, _match: re.Match[str], /) -> Self:
        """The select that was used."""
        return cls()

    async def callback(self, interaction: discord.Interaction) -> None:
        """Show what can be done with the chosen account."""
        await tree_of(interaction).press(interaction, _CHOOSE, self._choose)

    async def _choose(self, interaction: discord.Interaction) -> None:
        await acknowledge_press(interaction)
        values = cast("dict[str, Any]", interaction.data or {}).get("values") or [""]
        await show_accounts(interaction, chosen=values[0])


class MakeMainButton(LastingButton, name="chimera:acc:main", label="Make main", state=PUUID):
    """Makes an account the main one."""

    async def press(self, interaction: discord.Interaction) -> None:
        """Do it, if the account is still the person's."""
        await acknowledge_press(interaction)
        notice = _GONE
        if _find(await _bindings(interaction), self.state):
            main = await services_of(interaction).binding.make_main(str(interaction.user.id), self.state)
            notice = f"{_name(main)} is your main account now."
        await show_accounts(interaction, notice=notice, chosen=self.state)


class RemoveButton(LastingButton, name="chimera:acc:remove", label="Remove", state=PUUID):
    """Asks whether an account is to be unlinked."""

    async def press(self, interaction: discord.Interaction) -> None:
        """Ask."""
        await acknowledge_press(interaction)
        binding = _find(await _bindings(interaction), self.state)
        if binding is None:
            await show_accounts(interaction, notice=_GONE)
            return
        view = discord.ui.View(timeout=None).add_item(ReallyRemoveButton(self.state)).add_item(KeepButton(self.state))
        question = f"Remove {_name(binding)}? Its matches stay stored; `/privacy` deletes everything about you."
        await edit_answer(interaction, question, view=view)


class ReallyRemoveButton(
    LastingButton, name="chimera:acc:drop", label="Remove", state=PUUID, style=discord.ButtonStyle.danger
):
    """Unlinks an account."""

    async def press(self, interaction: discord.Interaction) -> None:
        """Do it, if the account is still the person's."""
        await acknowledge_press(interaction)
        notice = _GONE
        if _find(await _bindings(interaction), self.state):
            removed = await services_of(interaction).binding.unbind(str(interaction.user.id), self.state)
            notice = f"{_name(removed)} is no longer linked."
        await show_accounts(interaction, notice=notice)


class KeepButton(LastingButton, name="chimera:acc:keep", label="Keep", state=PUUID):
    """Changes nothing."""

    async def press(self, interaction: discord.Interaction) -> None:
        """Show the list again, with the account still chosen."""
        await acknowledge_press(interaction)
        await show_accounts(interaction, chosen=self.state)
