"""Small files with secrets: readable by their owner only, and never half written."""

import os
import tempfile
from pathlib import Path

from pydantic import BaseModel


def write_private(path: Path, content: BaseModel | str) -> None:
    """Replace `path` by a text, or by a model as JSON, mode 0600, in one step."""
    text = content if isinstance(content, str) else content.model_dump_json(indent=2) + "\n"
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # made with mode 0600
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
