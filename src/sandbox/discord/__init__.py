"""A stand-in for Discord: SimCord's world around the real bot, reachable over HTTP by every other process."""

from src.sandbox.discord.faults import Fault
from src.sandbox.discord.messages import AttachedFile, ChannelMessage
from src.sandbox.discord.pages import Door
from src.sandbox.discord.world import CHANNEL, PEOPLE, Asked, DiscordSandbox

__all__ = ["CHANNEL", "PEOPLE", "Asked", "AttachedFile", "ChannelMessage", "DiscordSandbox", "Door", "Fault"]
