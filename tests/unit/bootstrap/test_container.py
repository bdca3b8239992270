"""The composition root: who gets what, by the settings. Nothing is connected."""

import pytest

from src.adapters.database import PostgresTombstones
from src.bootstrap.container import Container


def build(monkeypatch: pytest.MonkeyPatch, **settings: str) -> Container:
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    return Container.build()


RSO = {"RSO_CLIENT_ID": "id", "RSO_CLIENT_SECRET": "secret"}


@pytest.mark.parametrize(
    ("settings", "by_sign_in", "by_icon"),
    [
        ({}, False, True),
        (RSO, True, False),
        ({**RSO, "BIND_PROOF": "rso"}, True, False),
        ({**RSO, "BIND_PROOF": "icon"}, False, True),
        ({**RSO, "BIND_PROOF": "both"}, True, True),
    ],
)
def test_accounts_are_proven_as_the_settings_say(
    monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], *, by_sign_in: bool, by_icon: bool
) -> None:
    services = build(monkeypatch, **settings)

    assert (services.linking is not None, services.icon_binding is not None) == (by_sign_in, by_icon)


@pytest.mark.parametrize("has_secret", [True, False])
def test_a_browser_says_who_it_is_where_discord_has_given_a_secret(
    monkeypatch: pytest.MonkeyPatch, *, has_secret: bool
) -> None:
    secret = {"DISCORD_CLIENT_ID": "1", "DISCORD_CLIENT_SECRET": "s"} if has_secret else {}
    services = build(monkeypatch, **RSO, **secret)

    assert services.linking is not None
    assert services.linking.signs_in_at_discord is has_secret


def test_nobody_is_served_who_has_asked_to_be_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    services = build(monkeypatch)

    assert isinstance(services.analysis.tombstones, PostgresTombstones)
    assert isinstance(services.match_history._tombstones, PostgresTombstones)
    assert isinstance(services.match_sync._tombstones, PostgresTombstones)


def test_the_cleanup_looks_after_what_is_left_of_erasures(monkeypatch: pytest.MonkeyPatch) -> None:
    services = build(monkeypatch)

    assert services.cleanup._privacy is services.privacy


def test_exports_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    services = build(monkeypatch)

    assert services.privacy._limits is services.request_limits


def test_an_analysis_keeps_its_facts_where_the_job_looks_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    services = build(monkeypatch)

    assert services.analysis.facts is services.facts
