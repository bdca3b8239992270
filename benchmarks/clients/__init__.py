"""What brings matches and timelines from Riot's API into Postgres: Chimera, other clients, and the least there is.

Each module has `opened()`, an async context manager that gives a `Client`. They run as processes of their own
(`python -m benchmarks.clients NAME`), as they patch what they measure and must not share an interpreter.
"""
