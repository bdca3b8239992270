"""The Discord bot: client, one cog per topic, views."""
