"""Stand-ins for Discord, Riot and RSO on a machine without credentials."""
