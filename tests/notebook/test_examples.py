"""The example notebooks run without an error and show what is saved in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.notebook.executing import NOTEBOOKS, executed, printed

nbformat = pytest.importorskip("nbformat")
pytest.importorskip("nbclient")
pytest.importorskip("ipykernel")


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_runs_and_shows_what_is_saved(path: Path) -> None:
    assert printed(executed(path)) == printed(nbformat.read(path, as_version=4))


def test_there_are_a_students_and_a_researchers() -> None:
    assert [path.stem for path in NOTEBOOKS] == ["custom_layer", "homework"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_what_is_saved_has_proofs_a_refutation_and_no_errors(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    text = "\n".join(line for cell in printed(notebook) for line in cell)
    assert "proved" in text
    assert "1 refuted" in text
    kinds = {output.output_type for cell in notebook.cells for output in cell.get("outputs", ())}
    assert kinds == {"display_data", "execute_result"}
