"""A folder without settings, and an environment without them."""

import os
from pathlib import Path

import pytest

from src.bootstrap.settings import SETTINGS_CLASSES
from src.sandbox.settings import SandboxSettings


@pytest.fixture(autouse=True)
def _nothing_is_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    known = {name.upper() for kind in SETTINGS_CLASSES for name in kind.model_fields}
    known |= {name.upper() for name in SandboxSettings.model_fields}
    for name in list(os.environ):
        if name.upper() in known:
            monkeypatch.delenv(name)
