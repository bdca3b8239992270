"""Logs: one line per event, ours and the libraries' alike."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from pydantic import SecretStr

from src.bootstrap.logs import configure_logs


@pytest.fixture(autouse=True)
def _logs_as_they_were() -> Iterator[None]:
    """What is configured here ends with the test."""
    root, before = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers[:], root.level
    named = {name: logger.level for name, logger in logging.root.manager.loggerDict.items() if hasattr(logger, "level")}
    yield
    structlog.configure(**before)
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, its_level in named.items():
        logging.getLogger(name).setLevel(its_level)


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Any:
    """Reads the lines written to stderr since the last call."""

    def read() -> list[dict[str, Any]]:
        written = capsys.readouterr()
        assert written.out == ""
        return [json.loads(line) for line in written.err.splitlines()]

    return read


def test_an_event_is_one_line_of_json(lines: Any) -> None:
    configure_logs()
    with structlog.contextvars.bound_contextvars(job_id="7"):
        structlog.get_logger("src.tests").info("job_started", attempt=1, champion="카이사")
    (line,) = lines()
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "job_started", "level": "info", "logger": "src.tests", "job_id": "7", "attempt": 1,
        "champion": "카이사",
    }  # fmt: skip


def test_a_librarys_line_looks_alike(lines: Any) -> None:
    configure_logs()
    with structlog.contextvars.bound_contextvars(job_id="7"):
        logging.getLogger("celery.worker").warning("Substantial drift from %s", "celery@x")
    (line,) = lines()
    assert (line["event"], line["level"]) == ("Substantial drift from celery@x", "warning")
    assert (line["logger"], line["job_id"]) == ("celery.worker", "7")


def test_a_traceback_stays_in_its_line(lines: Any) -> None:
    configure_logs()
    try:
        dict[str, str]()["match"]
    except KeyError as error:
        structlog.get_logger("src.tests").error("job_failed", exc_info=error)
        logging.getLogger("celery").exception("Task failed")
    ours, theirs = lines()
    assert "KeyError: 'match'" in ours["exception"]
    assert "KeyError: 'match'" in theirs["exception"]


def test_a_secret_does_not_show(lines: Any) -> None:
    configure_logs()
    structlog.get_logger("src.tests").info("settings_read", token=SecretStr("hunter2"))
    assert "hunter2" not in str(lines())


@pytest.mark.parametrize(
    ("level", "shown"),
    [(None, ["info", "error"]), ("debug", ["debug", "info", "error"]), ("ERROR", ["error"]),
     (logging.ERROR, ["error"]), ("nonsense", ["info", "error"])],
)  # fmt: skip
def test_the_level_is_a_name_or_a_number_and_info_by_default(
    level: int | str | None, shown: list[str], lines: Any
) -> None:
    configure_logs(level)
    log = structlog.get_logger("src.tests")
    log.debug("event")
    log.info("event")
    log.error("event")
    assert [line["level"] for line in lines()] == shown


@pytest.mark.parametrize("library", ["discord.gateway", "kombu.transport", "asyncio"])
def test_the_libraries_chatter_is_left_out_at_any_level(library: str, lines: Any) -> None:
    configure_logs("debug")
    logging.getLogger(library).info("chatter")
    logging.getLogger(library).warning("trouble")
    assert [line["event"] for line in lines()] == ["trouble"]


def test_configuring_twice_writes_once(lines: Any) -> None:
    configure_logs()
    configure_logs()
    structlog.get_logger("src.tests").info("event")
    assert len(lines()) == 1


def test_results_are_not_logged(lines: Any) -> None:
    """They name players. Celery would write every one of them."""
    configure_logs()
    logging.getLogger("celery.app.trace").info("Task sync[7] succeeded in 1.2s: %s", {"summoner_name": "PlayerName"})
    assert lines() == []
