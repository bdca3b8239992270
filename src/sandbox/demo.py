"""`make demo`: the main job once, headless, through the real processes."""

import asyncio
import json
import shutil
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from src.bootstrap.container import Container
from src.bootstrap.logs import configure_logs
from src.bot.client import ChimeraBot
from src.core.errors import BrokenInvariant
from src.sandbox.browser import Browser, Page
from src.sandbox.discord import ChannelMessage, DiscordSandbox
from src.sandbox.settings_check import check_sandbox_settings
from src.sandbox.stage import Stage, sandbox_stage

_USER = "mara"
_PATIENCE = 60.0
_OK = 200


@dataclass(slots=True)
class Transcript:
    """What is printed, and kept in transcript.txt."""

    began: float = field(default_factory=time.monotonic)
    lines: list[str] = field(default_factory=list)

    def say(self, line: str) -> None:
        """Print a line with the seconds since the start."""
        stamped = f"{time.monotonic() - self.began:5.1f} s  {line}"
        self.lines.append(stamped)
        sys.stdout.write(stamped + "\n")
        sys.stdout.flush()


def run_demo(folder: Path = Path("var/demo")) -> None:
    """Play /bind and /analyze; leave transcript.txt, message.json, message.txt and chart.png in `folder`.

    Raises:
        ConfigurationError: a setting of the stand-ins is wrong.
        ServerStartError: something does not start.
        BrokenInvariant: the answer is not what it must be.
    """
    check_sandbox_settings()
    shutil.rmtree(folder / "log", ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    for stale in ("transcript.txt", "message.json", "message.txt", "chart.png"):
        (folder / stale).unlink(missing_ok=True)
    transcript = Transcript()
    configure_logs("warning")
    try:
        with sandbox_stage(folder, transcript.say, fresh=True) as stage:
            asyncio.run(_play(stage, transcript, folder))
            transcript.say("stopping")
        transcript.say(f"done; see {folder}/message.txt and {folder}/chart.png")
    finally:
        (folder / "transcript.txt").write_text("\n".join(transcript.lines) + "\n", encoding="utf-8")


async def _play(stage: Stage, transcript: Transcript, folder: Path) -> None:
    async with DiscordSandbox() as discord:
        transcript.say("starting API, worker, beat and bot")
        stage.start_chimera(discord_api_url=discord.bridge_url, discord_token=discord.bot_token)
        services = Container.build()
        try:
            await discord.attach(ChimeraBot(services, shard_count=1))
            transcript.say("everything is up")
            await _link_account(discord, transcript)
            await _analyze(discord, transcript, folder)
        finally:
            await services.close()


async def _link_account(discord: DiscordSandbox, transcript: Transcript) -> None:
    transcript.say("Mara types /bind region:na1")
    asked = await discord.command(_USER, "bind", region="na1")
    answer = await discord.wait_for_answer(asked, lambda message: message.links)
    transcript.say(f"  Chimera, to her alone: {_first_line(answer.content)}")
    async with Browser() as browser:
        page = await browser.open(next(iter(answer.links.values())))
        transcript.say(f"  her browser shows Chimera's page: {_read(page)}")
        page = await browser.submit(page)
        transcript.say(f"  she goes on, to Discord: {_read(page)}")
        page = await browser.submit(page, **_first_choices(page))
        transcript.say(f"  she is who typed /bind, so Riot is next: {_read(page)}")
        page = await browser.submit(page, **_first_choices(page))
        transcript.say(f"  she signs in; Chimera's page asks: {_read(page)}")
        page = await browser.submit(page)
        transcript.say(f"  she confirms: {_read(page)}")
    linked = await discord.wait_for_answer(asked, lambda message: not message.links, timeout=_PATIENCE)
    transcript.say(f"  Chimera in Discord: {_first_line(linked.content or str(linked.embeds))}")


async def _analyze(discord: DiscordSandbox, transcript: Transcript, folder: Path) -> None:
    transcript.say("Mara types /analyze")
    began = time.monotonic()
    asked = await discord.command(_USER, "analyze")
    seen: list[str] = []

    def finished(message: ChannelMessage) -> bool:
        shown = _first_line(message.content) or (message.embeds[0].get("description", "") if message.embeds else "")
        if shown and not message.files and shown not in seen and not message.thinking:
            seen.append(shown)
            transcript.say(f"  progress: {_first_line(shown)}")
        return bool(message.files)

    answer = await discord.wait_for_answer(asked, finished, timeout=_PATIENCE)
    transcript.say(f"  the answer is there {time.monotonic() - began:.1f} s after Enter:")
    text = _as_text(answer)
    for line in text.splitlines():
        transcript.say(f"  | {line}")
    (folder / "message.json").write_text(json.dumps(answer.payload, indent=2, ensure_ascii=False), encoding="utf-8")
    (folder / "message.txt").write_text(text + "\n", encoding="utf-8")
    (folder / "chart.png").write_bytes(answer.files[0].data)


def _read(page: Page) -> str:
    """The beginning of a page that is as it must be."""
    if page.status != _OK:
        raise BrokenInvariant(f"{page.url.path} answered {page.status}: {page.text[:200]}")
    return f"{page.text[:90]} ..."


def _first_choices(page: Page) -> dict[str, str]:
    """The first of the offered accounts, and the button that goes on."""
    return {name: values[0] for name, values in page.forms[0].choices.items()}


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0]


def _as_text(message: ChannelMessage) -> str:
    """A message as one reads it."""
    lines = [message.content] if message.content else []
    for embed in message.embeds:
        lines += [embed.get("title", ""), embed.get("description", "")]
        lines += [f"{item['name']}: {item['value']}" for item in embed.get("fields", [])]
        lines.append((embed.get("footer") or {}).get("text", ""))
    lines += [f"[{file.filename}, {len(file.data):,} bytes]" for file in message.files]
    return "\n".join(line for line in lines if line)
