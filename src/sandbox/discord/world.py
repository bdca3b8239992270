"""The world: a server, a channel, people, the bot, and the doors to all of it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

import discord
from simcord import ChannelHandle, InteractionResult, MemberActor
from simcord.backend.models import Interaction

from src.sandbox.discord.bridge import Bridge
from src.sandbox.discord.faces import chimera_face, face_url, person_face
from src.sandbox.discord.faults import Fault
from src.sandbox.discord.live import LiveEnv
from src.sandbox.discord.messages import ChannelMessage, message_of
from src.sandbox.discord.oauth_grants import CLIENT_ID, Person
from src.sandbox.discord.pages import Door, Viewer

_POLL_SECONDS: Final = 0.02
_TIDY_SECONDS: Final = 0.2
_KEPT_LOG: Final = 2_000
_FACE: Final = "drawn"

PEOPLE: Final = {"mara": "Mara", "jonas": "Jonas"}
"""The people of the world: user name to display name."""

CHANNEL: Final = "general"
"""The one channel of the one server."""


@dataclass(frozen=True)
class Asked:
    """An interaction that somebody has started; it goes on by itself."""

    result: InteractionResult
    _world: "DiscordSandbox"

    @property
    def interaction(self) -> Interaction:
        """SimCord's record: `id`, `token`, `expires_at`, `responded`, `loading`."""
        return self.result._interaction  # noqa: SLF001 - SimCord has no public way to the token

    @property
    def answer(self) -> ChannelMessage | None:
        """The answer as it is now; None before the bot has acknowledged."""
        record = self.interaction
        message = self._world.backend.messages.get(record.channel_id, {}).get(record.message_id or 0)
        return None if message is None else message_of(self._world.backend, message)

    @property
    def form(self) -> dict[str, Any] | None:
        """The form that the bot has opened, as Discord's JSON."""
        return self.result.modal


class DiscordSandbox:
    """Discord for one bot.

    Entering it opens the HTTP bridge, so that `bridge_url` can be handed to every process as
    DISCORD_API_BASE_URL (and `bot_token` as DISCORD_BOT_TOKEN) before the bot is made; `attach` then brings the bot
    in and uploads its commands. The bot lives in this process and on this event loop. `oauth_url` is for
    DISCORD_OAUTH_BASE_URL: there the world's people sign in, once they have moved in with the bot.

    Server, channels and people of one that is `lasting` have the same ids in every such world: what is stored of them
    stays theirs after a restart.
    """

    def __init__(
        self,
        *,
        people: Mapping[str, str] | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        bot_token: str = "sandbox",  # noqa: S107 - the token of a pretended bot
        lasting: bool = False,
    ) -> None:
        self._lasting = lasting
        self._people = dict(people or PEOPLE)
        self._host, self._port = host, port
        self._bridge = Bridge(bot_token)
        self._env: LiveEnv | None = None
        self._actors: dict[str, MemberActor] = {}
        self._direct: dict[str, ChannelHandle] = {}
        self._tidying: asyncio.Task[None] | None = None
        self.bot_token = bot_token

    async def __aenter__(self) -> Self:
        await self._bridge.start(self._host, self._port)
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        if self._tidying is not None:
            self._tidying.cancel()
        if self._env is not None:
            await self._env.shutdown()
        await self._bridge.close()

    @property
    def bridge_url(self) -> str:
        """The base URL of the API, `http://127.0.0.1:port/api/v10`."""
        return self._bridge.url

    @property
    def oauth_url(self) -> str:
        """The base URL of the sign-in, `http://127.0.0.1:port`."""
        return self._bridge.root_url

    @property
    def env(self) -> LiveEnv:
        """SimCord's environment, for what this class does not offer."""
        if self._env is None:
            raise RuntimeError("attach a bot first")
        return self._env

    @property
    def backend(self) -> Any:
        """SimCord's model of Discord."""
        return self.env.backend

    async def attach(self, bot: discord.AutoShardedClient, *, sync_commands: bool = True) -> None:
        """Bring a bot in; a second one takes the first one's place, as after a restart."""
        if self._env is not None:
            await self._env.restart_bot(bot)
        else:
            self._env = env = LiveEnv(bot)
            if not self._lasting:
                env.keep_time()
            self._populate(env)
            await env.start()
            self._bridge.backend = env.backend
            self._tidying = asyncio.create_task(self._keep_logs_short(), name="simcord-logs")
        if sync_commands:
            await bot.tree.sync()  # type: ignore[attr-defined]

    def _populate(self, env: LiveEnv) -> None:
        """Make the server and its people; everybody has a channel for direct messages from the start."""
        env.backend.application_id = int(CLIENT_ID)
        env.backend.bot_user.name = "Chimera"
        env.backend.bot_user.avatar = _FACE
        guild = env.create_guild("The Rift")
        self._channel = guild.create_text_channel(CHANNEL, topic="Type / to see what Chimera can do")
        for name, shown in self._people.items():
            self._actors[name] = guild.add_member(env.create_user(name, global_name=shown, avatar=_FACE))
            self._direct[name] = self._actors[name].user.dm_channel
        self._bridge.oauth.people = tuple(
            Person(str(self._actors[name].id), name, shown) for name, shown in self._people.items()
        )

    def user(self, name: str) -> MemberActor:
        """One of the people, by user name."""
        return self._actors[name]

    async def command(self, user: str, name: str, /, *, dm: bool = False, **options: Any) -> Asked:
        """Type a slash command in the channel, or in a direct message to the bot."""
        await self.env.turn()
        actor = self.user(user)
        if dm:
            return Asked(await actor.user.slash(name, **options), self)
        return Asked(await actor.slash(self._channel, name, **options), self)

    async def autocomplete(
        self, user: str, name: str, option: str, typed: str, /, **filled: Any
    ) -> list[dict[str, Any]]:
        """Type into an option; answers the choices offered (`name`, `value`)."""
        await self.env.turn()
        return list(await self.user(user).autocomplete(self._channel, name, option, typed, **filled))

    async def click(self, user: str, message: ChannelMessage, *, label: str) -> Asked:
        """Press a button of a message."""
        await self.env.turn()
        actor = self.user(user)
        return Asked(await actor.click(self._shown(actor, message), label=label), self)

    async def select(self, user: str, message: ChannelMessage, *, label: str) -> Asked:
        """Choose an option of a message's select."""
        await self.env.turn()
        actor = self.user(user)
        values = [option["value"] for option in message.options if option["label"] == label]
        return Asked(await actor.select(self._shown(actor, message), values), self)

    async def submit_form(self, user: str, opened: Asked, **fields: str) -> Asked:
        """Fill in the form that a pressed button has opened, and send it."""
        await self.env.turn()
        return Asked(await self.user(user).submit_modal(opened.result, fields), self)

    def _shown(self, actor: MemberActor, message: ChannelMessage) -> Any:
        """The message as this person sees it."""
        return next(m for m in self._channel.history(viewer=actor) if m.id == message.id)

    async def wait_for_answer(
        self,
        asked: Asked,
        until: Callable[[ChannelMessage], object] = lambda message: not message.thinking,
        *,
        timeout: float = 30.0,  # noqa: ASYNC109 - the error names what was seen last
    ) -> ChannelMessage:
        """The answer once `until` holds (by default: once it no longer says "thinking ...").

        Raises:
            TimeoutError: it did not within `timeout` seconds; says what the answer was then.
        """
        answer = asked.answer
        try:
            async with asyncio.timeout(timeout):
                while answer is None or not until(answer):
                    await asyncio.sleep(_POLL_SECONDS)
                    answer = asked.answer
        except TimeoutError:
            seen = None if answer is None else (answer.content, answer.embeds)
            raise TimeoutError(f"no such answer within {timeout} s; the last was {seen}") from None
        return answer

    def messages(self, viewer: str | None = None) -> list[ChannelMessage]:
        """The channel's messages, oldest first; with `viewer`, those this person sees."""
        found = sorted(self.backend.messages.get(self._channel.id, {}).values(), key=lambda message: message.id)
        sees = None if viewer is None else self.user(viewer).id
        return [message_of(self.backend, m) for m in found if viewer is None or m.visible_to(sees)]

    def direct_messages(self, name: str) -> list[ChannelMessage]:
        """What stands between the bot and one of the people, oldest first."""
        channel = self.backend.get_dm_channel(self.user(name).id)
        found = sorted(self.backend.messages.get(channel.id, {}).values(), key=lambda message: message.id)
        return [message_of(self.backend, message) for message in found]

    def fail(self, fault: Fault) -> None:
        """Let requests over the bridge, those of a sign-in too, go wrong."""
        self._bridge.faults.append(fault)

    def expire(self, asked: Asked) -> None:
        """Let the interaction's 15 minutes be over."""
        asked.interaction.expires_at = self.backend.now_iso()

    @contextlib.asynccontextmanager
    async def preview(self, port: int = 0, *, viewers: Sequence[str] | None = None) -> AsyncIterator[str]:
        """Serve the channel as a page that looks like Discord; gives its URL, which is also the key to it."""
        async with self._open({CHANNEL: self._channel_door(self._faces(), viewers)}, port) as doors:
            yield doors[CHANNEL].url

    @contextlib.asynccontextmanager
    async def doors(self, pictures: Mapping[str, bytes] | None = None) -> AsyncIterator[Mapping[str, Door]]:
        """Serve a page for the channel (`CHANNEL`) and one for the direct messages of each of the people (by name).

        `pictures` are PNGs by address: a page shows no picture that is elsewhere.
        """
        shown = self._faces() | dict(pictures or {})
        direct = {
            name: Door(self.env, channel, [self.user(name).user], shown) for name, channel in self._direct.items()
        }
        async with self._open({CHANNEL: self._channel_door(shown), **direct}) as doors:
            yield doors

    def _channel_door(self, pictures: Mapping[str, bytes], viewers: Sequence[str] | None = None) -> Door:
        actors: list[Viewer] = [self.user(name) for name in viewers or self._people]
        return Door(self.env, self._channel, actors, pictures)

    @contextlib.asynccontextmanager
    async def _open(self, doors: Mapping[str, Door], port: int = 0) -> AsyncIterator[Mapping[str, Door]]:
        async with contextlib.AsyncExitStack() as stack:
            for door in doors.values():
                stack.push_async_callback(door.close)
                await door.open(port)
            yield doors

    def _faces(self) -> dict[str, bytes]:
        """The pictures of everybody, by the address at which the pages look for them."""
        people = {
            self.user(name).id: person_face(shown, number) for number, (name, shown) in enumerate(self._people.items())
        }
        faces = {self.backend.bot_user.id: chimera_face(), **people}
        return {face_url(user_id, _FACE): picture for user_id, picture in faces.items()}

    async def _keep_logs_short(self) -> None:
        """SimCord keeps every request and event for a test's diagnosis; a world that runs all day cannot."""
        while True:
            await asyncio.sleep(_TIDY_SECONDS)
            for log in (self.backend.http_requests, self.backend.transcript):
                del log[:-_KEPT_LOG]
