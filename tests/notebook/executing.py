"""Runs the example notebooks; `python tests/notebook/executing.py` writes what they print into them."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "proofs" / "notebooks").glob("*.ipynb"))


def executed(path: Path) -> Any:
    """The notebook after every cell has run in a fresh kernel; an error in a cell raises."""
    import nbformat
    from nbclient import NotebookClient

    os.environ["PYTHONPATH"] = str(ROOT)
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(notebook, timeout=120, record_timing=False, kernel_name="python3")
    return client.execute(cwd=str(path.parent))


def printed(notebook: Any) -> list[list[str]]:
    """What each cell shows, as plain text."""
    return [
        [output.get("data", {}).get("text/plain", output.get("text", "")) for output in cell.outputs]
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]


def main() -> None:
    import nbformat

    for path in NOTEBOOKS:
        nbformat.write(executed(path), path)
        sys.stdout.write(f"{path.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
