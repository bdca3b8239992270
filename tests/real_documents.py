"""Real match and timeline documents, for the tests that want them; they are no part of the project."""

import os
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
REAL_DOCUMENTS = Path(os.environ.get("CHIMERA_REAL_DOCUMENTS") or PROJECT.parent / "shared" / "riot-data")

needs_real_documents = pytest.mark.skipif(
    not os.access(REAL_DOCUMENTS, os.R_OK | os.X_OK),
    reason=f"no real documents in {REAL_DOCUMENTS} (set CHIMERA_REAL_DOCUMENTS)",
)
