"""`python -m src` is the `chimera` command."""

from src.cli import main

main()
