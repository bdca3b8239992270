"""How likely each side is to win a game on Summoner's Rift, and how sure one can be of that."""
