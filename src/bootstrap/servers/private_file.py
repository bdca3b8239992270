"""Small JSON files with secrets: readable by their owner only, and never half written."""

import os
import tempfile
from pathlib import Path

from pydantic import BaseModel


def write_private(path: Path, model: BaseModel) -> None:
    """Replace `path` by `model` as JSON, mode 0600, in one step."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # made with mode 0600
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(model.model_dump_json(indent=2) + "\n")
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
