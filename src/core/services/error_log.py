"""Writing errors down: whoever runs Chimera finds in the log what somebody was told the id of."""

from traceback import format_exception

from structlog.typing import FilteringBoundLogger

from src.core.errors import ChimeraError, TookTooLong, Unavailable, concerns_operator


def noted(log: FilteringBoundLogger, what: str, error: BaseException, *, error_id: str, **where: str) -> str:
    """Write an error down; answers the id under which the log has it, which is not `error_id` if it had it before.

    `what` begins the event's name: `command_failed`, with a traceback, of what whoever runs Chimera can mend;
    `command_unavailable` of a server that is down, of which a traceback tells nothing; else `command_refused`.
    """
    if isinstance(error, ChimeraError) and error.error_id:
        return error.error_id
    log = log.bind(error=type(error).__name__, error_id=error_id, **where)
    if isinstance(error, Unavailable) and not isinstance(error, TookTooLong):
        event = f"{what}_unavailable"
        log.warning(event, reason=str(error), caused_by=type(error.__cause__).__name__)
    elif concerns_operator(error):
        event = f"{what}_failed"
        # Formatted here: a renderer that shows local variables (structlog's, with rich) would show codes and tokens.
        log.error(event, exception="".join(format_exception(error)))
    else:
        event = f"{what}_refused"
        log.info(event)
    if isinstance(error, ChimeraError) and concerns_operator(error):
        error.error_id = error_id
    return error_id
