"""The `chimera` command: help with an example, errors in one line."""

import gc
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from src.bootstrap.settings import SETTINGS_CLASSES
from src.cli import main

SHOWN = sorted(name for name, command in main.commands.items() if not command.hidden)


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings at all, and logs left as they are."""
    monkeypatch.chdir(tmp_path)
    for kind in SETTINGS_CLASSES:
        for name in kind.model_fields:
            monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setattr("src.bootstrap.logs.configure_logs", lambda *_: None)


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port that is taken by somebody who does not listen."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        yield nobody.getsockname()[1]


@pytest.fixture
def replaced_by(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The command lines that this process would have been replaced by."""
    seen: list[list[str]] = []
    monkeypatch.setattr(os, "execv", lambda _program, argv: seen.append(argv))
    return seen


def chimera(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def assert_one_line(result: Result, *words: str) -> None:
    """The command failed, with one line on stderr that holds these words."""
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("chimera: ")
    assert result.stderr.count("\n") == 1
    for word in words:
        assert word in result.stderr


class TestHelp:
    """What a command says about itself."""

    @pytest.mark.parametrize("option", ["--help", "-h"])
    def test_the_commands_are_listed_with_what_they_do(self, option: str) -> None:
        result = chimera(option)
        assert result.exit_code == 0
        for name in SHOWN:
            assert f"\n  {name} " in result.stdout

    def test_the_documented_commands_are_there(self) -> None:
        wanted = {"run", "demo", "bot", "api", "worker", "beat", "flower", "migrate", "sync-commands", "doctor"}
        assert wanted <= set(SHOWN)

    @pytest.mark.parametrize("name", SHOWN)
    def test_every_command_gives_an_example(self, name: str) -> None:
        result = chimera(name, "--help")
        assert result.exit_code == 0
        example = next(line for line in result.stdout.splitlines() if line.strip().startswith("Example:"))
        assert f"chimera {name}" in example

    @pytest.mark.parametrize("arguments", [["fly"], ["run", "--fast"], ["migrate", "now"]])
    def test_a_wrong_command_line_is_told_and_exits_2(self, arguments: list[str]) -> None:
        result = chimera(*arguments)
        assert result.exit_code == 2
        assert "Error: " in result.stderr


class TestErrors:
    """What goes wrong in words of its own is one line and exit code 1."""

    @pytest.mark.parametrize(
        ("name", "setting"),
        [
            ("migrate", "DATABASE_POOL_SIZE"),
            ("api", "API_PORT"),
            ("bot", "DISCORD_API_BASE_URL"),
            ("worker", "WORKER_AUTOSCALE"),
            ("sync-commands", "FLOWER_BASIC_AUTH"),
            ("demo", "RIOT_API_TIMEOUT"),
            ("run", "CELERY_BROKER_URL"),
        ],
    )
    def test_a_bad_setting_is_named_without_its_value(
        self, name: str, setting: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("DISCORD_BOT_TOKEN", "token")
        monkeypatch.setenv(setting, "hunter2")
        result = chimera(name)
        assert_one_line(result, setting)
        assert "hunter2" not in result.stderr

    def test_half_a_redis_is_refused(self, replaced_by: list[list[str]]) -> None:
        Path(".env").write_text("CELERY_BROKER_URL=redis://127.0.0.1:1/1\n")
        assert_one_line(chimera("worker"), "CELERY_BROKER_URL", "CELERY_RESULT_BACKEND")
        assert replaced_by == []

    @pytest.mark.parametrize("name", SHOWN)
    def test_help_needs_no_settings(self, name: str) -> None:
        Path(".env").write_text("API_PORT=hunter2\n")
        assert chimera(name, "--help").exit_code == 0

    @pytest.mark.parametrize("name", ["bot", "sync-commands"])
    def test_without_a_token_there_is_no_bot(self, name: str) -> None:
        assert_one_line(chimera(name), "DISCORD_BOT_TOKEN")

    def test_a_database_that_does_not_answer(self, closed_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DATABASE_URL", f"postgresql://chimera:hunter2@127.0.0.1:{closed_port}/chimera")
        result = chimera("migrate")
        assert_one_line(result, "database", "`chimera doctor`")
        assert "hunter2" not in result.stderr


class TestCelery:
    """Commands that hand this process over to Celery."""

    @pytest.mark.parametrize("name", ["worker", "beat", "flower"])
    def test_it_runs_our_app_in_this_interpreter(self, name: str, replaced_by: list[list[str]]) -> None:
        assert chimera(name).exit_code == 0
        (argv,) = replaced_by
        assert argv[:6] == [sys.executable, "-m", "celery", "-A", "src.tasks.celery_app", name]

    def test_options_are_the_workers_own(self, replaced_by: list[list[str]]) -> None:
        chimera("worker", "--queues", "matches,default", "-c", "2", "--loglevel=debug")
        assert replaced_by[0][6:] == ["--queues", "matches,default", "-c", "2", "--loglevel=debug"]

    def test_flowers_options_are_its_own(self, replaced_by: list[list[str]]) -> None:
        chimera("flower", "--address=0.0.0.0", "--port=5556")
        assert replaced_by[0][6:] == ["--address=0.0.0.0", "--port=5556"]


class TestDoctor:
    """`chimera doctor`."""

    def test_a_bad_setting_is_all_it_says(self) -> None:
        Path(".env").write_text("DISCORD_TOKEN=hunter2\n")
        result = chimera("doctor")
        assert result.exit_code == 1
        (line,) = result.stdout.splitlines()
        assert line.startswith("BAD  settings: ")
        assert "DISCORD_TOKEN" in line
        assert "hunter2" not in line


def test_the_api_spares_its_collector_what_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    frozen: list[int] = []

    async def serve(*_: object, **__: object) -> None:
        frozen.append(gc.get_freeze_count())

    gc.unfreeze()
    monkeypatch.setattr("src.api.serve.serve", serve)
    try:
        assert chimera("api").exit_code == 0
    finally:
        gc.unfreeze()
    assert frozen[0] > 10_000


class TestApiKeys:
    """`chimera api-key`, before it asks the database."""

    @pytest.mark.parametrize("name", ["create", "list", "revoke", "webhook-secret"])
    def test_each_command_gives_an_example(self, name: str) -> None:
        assert f"Example: chimera api-key {name}" in chimera("api-key", name, "--help").stdout

    def test_scopes_have_to_be_named(self) -> None:
        assert chimera("api-key", "create", "ci").exit_code == 2
        assert_one_line(chimera("api-key", "create", "ci", "--scopes", "tasks:read,everything"), "everything")

    def test_a_key_needs_a_scope_and_a_sensible_limit(self) -> None:
        assert_one_line(chimera("api-key", "create", "ci", "--scopes", ","), "scope")
        assert_one_line(chimera("api-key", "create", "ci", "--scopes", "tasks:read", "--per-minute", "0"), "per_minute")
