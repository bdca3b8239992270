"""Chimera: the Discord bot that explains League of Legends matches."""
