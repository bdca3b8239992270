"""Logs: structlog for everything, Celery's and the libraries' lines included."""

import logging
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

import structlog

# Celery's tracer tells of each success with its result, which may name players; we tell of it ourselves.
_QUIET = (
    "asyncio", "datapipelines", "discord", "matplotlib", "aiohttp.access", "uvicorn.access", "kombu", "amqp",
    "celery.app.trace",
)  # fmt: skip


_LOG_LIMIT = 10 * 1024 * 1024


def configure_logs(level: int | str | None = None, *, file: Path | None = None) -> None:
    """Write one line per event to stderr: coloured on a terminal, JSON otherwise.

    With a `file`, JSON goes there instead; one over 10 MB is put aside as `<name>.1`.

    `level` is a logging level or its name; the default is INFO. The libraries' own chatter starts at WARNING.
    """
    number = logging.getLevelName(level.upper()) if isinstance(level, str) else level
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: Any
    if file is None and sys.stderr.isatty():
        # rich tracebacks would print local variables: tokens among them.
        renderer = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    else:
        shared.append(structlog.processors.format_exc_info)
        renderer = structlog.processors.JSONRenderer(ensure_ascii=False)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer]
    )
    handler = logging.StreamHandler() if file is None else _file_handler(file)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(number if isinstance(number, int) else logging.INFO)
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))


def _file_handler(file: Path) -> logging.Handler:
    file.parent.mkdir(parents=True, exist_ok=True)
    return RotatingFileHandler(file, maxBytes=_LOG_LIMIT, backupCount=1, encoding="utf-8")
