"""What goes under the text of an error."""

from src.adapters.discord_messages.embed_limits import Embed, fitted
from src.core.ports.answers import ErrorMessage


def error_embeds(message: ErrorMessage) -> tuple[Embed, ...]:
    """The embed with what to do and the error id, as Discord's JSON; none where there is neither."""
    if not message.advice and not message.footer:
        return ()
    embed: Embed = {"description": message.advice, "color": message.colour, "footer": {"text": message.footer}}
    return (fitted(embed),)
