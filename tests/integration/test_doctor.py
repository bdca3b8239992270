"""`chimera doctor` names what is wrong and what to do, one thing after the other."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from src.bootstrap.doctor import check_credentials
from src.bootstrap.doctor import examine as findings
from src.bot.client import ChimeraBot
from src.core.errors import ConfigurationError
from src.sandbox.discord import DiscordSandbox
from src.sandbox.discord.oauth_grants import CLIENT_ID, CLIENT_SECRET
from src.sandbox.riot.sandbox import RiotSandbox
from tests.fakes.bot_services import FakeBotServices
from tests.real_documents import PROJECT

NOBODY = "redis://127.0.0.1:1/1"


def examine(folder: Path, **settings: str) -> tuple[int, dict[str, str]]:
    """Run the command in an empty folder with these settings; answers its exit code and the lines by subject."""
    done = subprocess.run(
        [sys.executable, "-m", "src", "doctor"], cwd=folder, capture_output=True, text=True, timeout=60, check=False,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(PROJECT), **settings},
    )  # fmt: skip
    assert done.stderr == ""
    lines = dict(line.split(": ", 1) for line in done.stdout.splitlines())
    return done.returncode, lines


def test_everything_good_exits_0(tmp_path: Path, database_url: str, redis_url: str) -> None:
    """With both servers up and migrated only optional things are open."""
    code, lines = examine(
        tmp_path, DATABASE_URL=database_url, CELERY_BROKER_URL=redis_url, CELERY_RESULT_BACKEND=redis_url
    )
    assert code == 0
    assert lines["ok   Postgres"] == "answers"
    assert lines["ok   schema"] == "up to date"
    assert lines["ok   Redis"] == "answers"
    assert "start_worker.sh" in lines["--   worker"]
    assert "developer.riotgames.com" in lines["--   RIOT_API_KEY"]
    assert "/discord/callback" in lines["--   DISCORD_CLIENT_SECRET"]


def test_servers_that_are_down_are_named_without_their_passwords(tmp_path: Path) -> None:
    """Each server that does not answer is a line with what to do; the schema is not blamed for it."""
    code, lines = examine(
        tmp_path,
        DATABASE_URL="postgresql://chimera:hidden@127.0.0.1:1/chimera",
        CELERY_BROKER_URL="redis://:hidden@127.0.0.1:1/1",
        CELERY_RESULT_BACKEND="redis://:hidden@127.0.0.1:1/2",
    )
    assert code == 1
    assert "make run" in lines["BAD  Postgres"]
    assert "make run" in lines["BAD  Redis"]
    assert not any("schema" in subject for subject in lines)
    assert "hidden" not in str(lines)


def test_a_database_without_its_tables_needs_migrate(tmp_path: Path, postgres_url: str, redis_url: str) -> None:
    """An empty database is told apart from one that is down."""
    code, lines = examine(
        tmp_path, DATABASE_URL=postgres_url, CELERY_BROKER_URL=redis_url, CELERY_RESULT_BACKEND=redis_url
    )
    assert code == 1
    assert lines["ok   Postgres"] == "answers"
    assert "chimera migrate" in lines["BAD  schema"]


def test_a_bad_setting_is_named_and_nothing_else_is_asked(tmp_path: Path) -> None:
    """A value that cannot be read ends the examination."""
    code, lines = examine(tmp_path, CELERY_BROKER_URL="amqp://guest@localhost")
    assert code == 1
    assert list(lines) == ["BAD  settings"]
    assert "CELERY_BROKER_URL" in lines["BAD  settings"]


def test_a_riot_or_discord_that_is_down_is_no_bad_key(tmp_path: Path, database_url: str, redis_url: str) -> None:
    """A server that cannot be reached is told as such; a key is not blamed for it."""
    _code, lines = examine(
        tmp_path, DATABASE_URL=database_url, CELERY_BROKER_URL=redis_url, CELERY_RESULT_BACKEND=redis_url,
        RIOT_API_KEY="RGAPI-x", RIOT_API_BASE_URL="http://127.0.0.1:1/{host}", RIOT_API_PATIENCE_BACKGROUND="0",
        DISCORD_BOT_TOKEN="x", DISCORD_API_BASE_URL="http://127.0.0.1:1/api",
    )  # fmt: skip
    assert "See that it is up" in lines["BAD  Riot API"]
    assert "cannot be reached" in lines["BAD  Discord"]


async def test_discord_and_riot_themselves_are_asked_about_every_credential(
    tmp_path: Path, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each that is wrong is a line of its own; `chimera run` stops at a token or a key that is refused."""
    monkeypatch.chdir(tmp_path)

    async def bad(**settings: str) -> list[str]:
        for name, value in (right | settings).items():
            monkeypatch.setenv(name, value)
        asked = {"Discord", "Discord application", "Discord sign-in", "Riot API", "Riot sign-in"}
        return [one.subject async for one in findings() if one.subject in asked and not one.is_good]

    async with DiscordSandbox(bot_token="right") as discord, RiotSandbox() as riot:
        await discord.attach(ChimeraBot(FakeBotServices()))
        right = {
            "CELERY_BROKER_URL": redis_url, "CELERY_RESULT_BACKEND": redis_url,
            "DISCORD_API_BASE_URL": discord.bridge_url, "DISCORD_OAUTH_BASE_URL": discord.oauth_url,
            "DISCORD_BOT_TOKEN": "right", "DISCORD_CLIENT_ID": CLIENT_ID, "DISCORD_CLIENT_SECRET": CLIENT_SECRET,
            "RIOT_API_BASE_URL": riot.riot_base_url, "RIOT_API_KEY": "RGAPI-right",
            "RSO_ISSUER_URL": riot.rso_issuer_url, "RSO_CLIENT_ID": riot.client.client_id,
            "RSO_CLIENT_SECRET": riot.client.secret or "",
        }  # fmt: skip
        assert await bad() == []
        assert await bad(DISCORD_CLIENT_ID="1234567890", DISCORD_CLIENT_SECRET="") == ["Discord application"]
        wrong = await bad(
            DISCORD_BOT_TOKEN="wrong", DISCORD_CLIENT_SECRET="wrong", RIOT_API_KEY="RGAPI-expired",
            RSO_CLIENT_SECRET="wrong",
        )  # fmt: skip
        assert wrong == ["Discord", "Riot API", "Discord sign-in", "Riot sign-in"]
        with pytest.raises(ConfigurationError, match=r"Discord refuses DISCORD_BOT_TOKEN.*Renew RIOT_API_KEY"):
            await check_credentials()
        without_redis = {"CELERY_BROKER_URL": NOBODY, "CELERY_RESULT_BACKEND": NOBODY}
        assert "Riot API" not in await bad(RIOT_API_KEY="RGAPI-right", **without_redis)
        assert "Riot API" in await bad(RIOT_API_KEY="RGAPI-expired", **without_redis)


def test_before_the_first_make_run_nothing_is_wrong(tmp_path: Path) -> None:
    """Servers that are going to be embedded are not down."""
    code, lines = examine(tmp_path, CELERY_BROKER_URL="")
    assert lines["ok   settings"] == "all can be read"
    assert "make run" in lines["--   Postgres"]
    assert code == 0


def test_whose_settings_they_are_is_said_first(tmp_path: Path) -> None:
    """While a sandbox runs its own are looked at; a real credential is not shown to its stand-ins."""
    (tmp_path / "var").mkdir()
    stand_in = "DISCORD_BOT_TOKEN=a-toy\nDISCORD_API_BASE_URL=http://127.0.0.1:1/a\nRIOT_API_KEY=RGAPI-sandbox\n"
    (tmp_path / "var" / "servers.env").write_text(stand_in + "RIOT_API_BASE_URL=http://127.0.0.1:1/r\n")
    _, lines = examine(tmp_path)
    assert next(iter(lines.items())) == ("ok   settings", "of the sandbox that runs here (stop it to check .env)")
    (tmp_path / ".env").write_text("RSO_CLIENT_ID=\nRIOT_API_KEY=mine\nRIOT_API_BASE_URL=http://127.0.0.1:2/{host}\n")
    _, lines = examine(tmp_path, RIOT_API_PATIENCE_INTERACTIVE="0")
    assert lines["ok   settings"].startswith("yours can be read")
    assert "Riot API" in str(lines)
    assert "--   DISCORD_BOT_TOKEN" in lines
