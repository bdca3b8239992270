"""Linking by a sign-in at Riot, as it looks in Discord: a link, and a code to be typed where the browser shows one."""

from typing import Any, Final

import discord

from src.bot.controls import LastingButton, form_values
from src.bot.interactions import acknowledge_press, edit_answer, open_form
from src.bot.regions import region_name
from src.bot.services import Invitation, services_of
from src.core.domain.binding import Binding
from src.core.domain.plain_text import plain
from src.core.errors import ConfigurationError

CODE_FORM: Final = "chimera:link-code:form"

_CODE_FIELD: Final = "code"
_BUTTON_URL_LENGTH: Final = 512  # Discord's limit for the address of a link button


def invitation_text(invitation: Invitation, hint: str, *, needs_code: bool) -> str:
    """What to do; with the address in it if no button takes that."""
    code = ["The sign-in ends with a code: press **Enter code** and type it in here."] if needs_code else []
    address = [] if _fits_button(invitation) else [f"<{invitation.auth_url}>"]
    return "\n".join([invitation.instructions, *code, hint, *address])


def invitation_view(invitation: Invitation, *, needs_code: bool) -> discord.ui.View:
    """The buttons under it."""
    view = discord.ui.View(timeout=None)
    if _fits_button(invitation):
        view.add_item(discord.ui.Button(label="Sign in", url=invitation.auth_url))
    if needs_code:
        view.add_item(EnterCodeButton())
    return view


def _fits_button(invitation: Invitation) -> bool:
    return len(invitation.auth_url) <= _BUTTON_URL_LENGTH


def linked_text(binding: Binding) -> str:
    """What somebody reads who has just linked an account."""
    name = plain(str(binding.riot_id))
    linked = f"Linked: **{name}** · {region_name(binding.platform)}."
    if binding.is_main:
        return f"{linked}\n`/analyze` explains your last match, `/profile` shows your recent form."
    return f"{linked}\nName it in `/analyze account:`, or make it your main account in `/accounts`."


class EnterCodeButton(LastingButton, name="chimera:link-code", label="Enter code"):
    """Opens the form for the code."""

    async def press(self, interaction: discord.Interaction) -> None:
        """Open it."""
        await open_form(interaction, code_form())


def code_form() -> discord.ui.Modal:
    """A form for the code. What is typed comes to `take_code`, be the bot the one that opened it or the next."""
    form = discord.ui.Modal(title="Link your Riot account", custom_id=CODE_FORM)
    field: discord.ui.TextInput[Any] = discord.ui.TextInput(
        custom_id=_CODE_FIELD, placeholder="ABCD-EFGH", min_length=8, max_length=16
    )
    form.add_item(discord.ui.Label(text="Code", description="The last page of the sign-in shows it.", component=field))
    return form


async def take_code(interaction: discord.Interaction) -> None:
    """Save the link that the typed code stands for; a wrong one is told beside the message, which stays.

    Raises:
        ConfigurationError: links by a sign-in are not offered (any more).
        SignInRefused, AccountTaken, TooManyAccounts, TooOften, Unavailable: see `Linking`.
    """
    await acknowledge_press(interaction)
    linking = services_of(interaction).linking
    if linking is None:
        raise ConfigurationError
    binding = await linking.confirm_by_code(str(interaction.user.id), form_values(interaction).get(_CODE_FIELD, ""))
    await edit_answer(interaction, linked_text(binding))
