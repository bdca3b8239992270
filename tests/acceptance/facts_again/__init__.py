"""The facts of a match computed a second time, from Riot's JSON and the definitions alone.

Nothing here imports what computes them: only `facts_of` as a whole, to compare with, and constants of the definitions.
Dictionaries, loops and arithmetic; where the product is clever, this is slow and plain.
"""
