"""Imports that nobody waits for."""

import sys

import pytest

from src.bootstrap.preload import preload_beside

ENDPOINTS = "src.adapters.riot_api.cassiopeia_endpoints"


def test_the_bot_loads_beside_its_start_what_its_first_question_to_riot_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, ENDPOINTS, raising=False)
    thread = preload_beside()
    assert thread.daemon, "a bot that stops does not wait for it"
    thread.join()
    assert ENDPOINTS in sys.modules
