"""Chimera: the Discord bot that explains League of Legends matches."""

import structlog

# In a script that calls a task or a service Chimera is a library: its lines go to the logging module, which shows
# warnings only. Entry points say more (src.bootstrap.logs).
if not structlog.is_configured():
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.filter_by_level,
            structlog.stdlib.add_log_level,
            structlog.processors.KeyValueRenderer(key_order=["event"]),
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
