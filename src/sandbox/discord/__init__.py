"""A stand-in for Discord: SimCord's world around the real bot, reachable over HTTP by every other process."""

from src.sandbox.discord.faults import Fault
from src.sandbox.discord.messages import AttachedFile, ChannelMessage
from src.sandbox.discord.world import Asked, DiscordSandbox, run_world

__all__ = ["Asked", "AttachedFile", "ChannelMessage", "DiscordSandbox", "Fault", "run_world"]
