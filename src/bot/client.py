"""The Discord client."""

from collections.abc import Mapping
from typing import Final, cast

import discord
import structlog
import yarl

from src.bot import account_list, privacy_notice
from src.bot.cancelling import CancelButton
from src.bot.cogs import add_commands
from src.bot.cooldowns import Cooldowns
from src.bot.icon_proof import VerifyButton
from src.bot.match_controls import MatchButton, MatchSelect
from src.bot.profile_controls import FetchNewestButton
from src.bot.services import BotServices
from src.bot.sign_in import CODE_FORM, EnterCodeButton, take_code
from src.bot.task_list import ListedCancelButton, RefreshButton
from src.bot.tree import ChimeraTree, Handler
from src.core.errors import ControlOutdated

_log = structlog.get_logger(__name__)

# Chimera joins no calls: what voice would need is left out on purpose, so nobody has to be warned of it.
discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False

# By their custom_id: what was sent before a restart, or by a worker, works like any other.
_CONTROLS: Final = (
    CancelButton, ListedCancelButton, RefreshButton,
    EnterCodeButton, VerifyButton, MatchButton, MatchSelect, FetchNewestButton,
    account_list.AccountSelect, account_list.MakeMainButton, account_list.RemoveButton,
    account_list.ReallyRemoveButton, account_list.KeepButton,
    privacy_notice.ExportButton, privacy_notice.DeleteButton, privacy_notice.ReallyDeleteButton,
    privacy_notice.KeepButton,
)  # fmt: skip
_FORMS: Final[Mapping[str, Handler]] = {CODE_FORM: take_code}
_OURS: Final = "chimera:"


class ChimeraBot(discord.AutoShardedClient):
    """Chimera on Discord: interactions only, no privileged intents, never pings anyone."""

    def __init__(
        self, services: BotServices, *, shard_count: int | None = None, gateway_url: str | None = None
    ) -> None:
        """`shard_count` None: as many as Discord recommends. `gateway_url` None: the one Discord names."""
        super().__init__(
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            shard_count=shard_count,
        )
        self.services = services
        self.tree = ChimeraTree(self)
        add_commands(self.tree)
        self.cooldowns = Cooldowns(services.clock)
        self.add_dynamic_items(*_CONTROLS)
        self._gateway_url = None if gateway_url is None else yarl.URL(gateway_url)

    async def launch_shard(self, gateway: yarl.URL, shard_id: int, *, initial: bool = False) -> None:
        """Connect a shard, to the configured gateway if there is one."""
        await super().launch_shard(self._gateway_url or gateway, shard_id, initial=initial)

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Take what discord.py leaves to us: a form that another process has opened, and a control nobody knows."""
        custom_id = str(cast("Mapping[str, object]", interaction.data or {}).get("custom_id"))
        if interaction.type is discord.InteractionType.modal_submit and custom_id in _FORMS:
            await self.tree.press(interaction, custom_id, _FORMS[custom_id])
        elif custom_id.startswith(_OURS) and not _is_known(custom_id):
            await self.tree.press(interaction, "outdated control", _refuse)

    async def on_ready(self) -> None:
        """Say that interactions are being taken."""
        _log.info("bot_ready", shards=self.shard_count, guilds=len(self.guilds))

    async def drain(self, seconds: float) -> None:
        """Take no more interactions; wait up to `seconds` for those under way."""
        if not await self.tree.drain(seconds):
            _log.warning("bot_drain_incomplete", seconds=seconds)


def _is_known(custom_id: str) -> bool:
    return any(control.__discord_ui_compiled_template__.fullmatch(custom_id) for control in _CONTROLS)


async def _refuse(_interaction: discord.Interaction) -> None:
    raise ControlOutdated
