"""Writes an assignment to start from: the three written questions of the sample, and one to program."""

from __future__ import annotations

import shutil
from pathlib import Path

from derivlab.errors import UsageError

SAMPLE = Path(__file__).parent / "sample"


def new_assignment(folder: Path) -> tuple[Path, ...]:
    """Copy the sample assignment into a new folder; returns the files.

    Raises `UsageError` where something lies there already.
    """
    if folder.exists() or folder.is_symlink():
        raise UsageError(f"{folder}: this exists already; give another name")
    try:
        folder.mkdir(parents=True)
        return tuple(Path(shutil.copyfile(path, folder / path.name)) for path in sorted(SAMPLE.iterdir()))
    except OSError as error:
        raise UsageError(f"{folder}: {error.strerror or error}") from error
