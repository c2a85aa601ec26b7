"""Imports only go down the floors, and every folder of derivlab/ has a floor."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "derivlab"

FLOORS = {
    "errors": 0,
    "symbols": 1,
    "notation": 2,
    "algebra": 3,
    "calculus": 3,
    "proof": 4,
    "diagnosis": 5,
    "models": 5,
    "certificates": 6,
    "compile": 6,
    "verification": 7,
    "network": 8,
    "report": 9,
    "grading": 9,
    "cli": 10,
    "notebook": 10,
    "testing": 10,
    "__init__": 10,
    "__main__": 11,
}
# Between two folders of one floor: calculus asks algebra whether two results are the same.
SIDEWAYS = {("calculus", "algebra")}
# Holds files, not modules.
DATA_FOLDERS = {"data"}

MODULES = sorted(PACKAGE.rglob("*.py"))


def part_of(path: Path) -> str:
    """The folder (or single module) of derivlab/ to which `path` belongs."""
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def imported_parts(tree: ast.Module, path: Path) -> set[tuple[str, int]]:
    """The parts of derivlab that a module imports anywhere, also in functions, with their lines."""
    found: set[tuple[str, int]] = set()
    package = ["derivlab", *path.relative_to(PACKAGE).parent.parts]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = [*base, *(node.module.split(".") if node.module else [])]
            names = [".".join([*module, alias.name]) for alias in node.names]
        else:
            continue
        found |= {(name.split(".")[1], node.lineno) for name in names if name.startswith("derivlab.")}
    return found


def violations(source: str, path: Path) -> list[str]:
    """The imports of a module that do not go down, as 'line: from -> to'."""
    here = part_of(path)
    told = []
    for there, line in sorted(imported_parts(ast.parse(source), path), key=lambda item: item[1]):
        if there == here or (here, there) in SIDEWAYS or there == "__version__":
            continue
        if FLOORS.get(there, 99) >= FLOORS[here]:
            told.append(f"{path.relative_to(PACKAGE)}:{line}: {here} -> {there}")
    return told


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_down(path: Path) -> None:
    if path == PACKAGE / "__init__.py":
        pytest.skip("names every floor on purpose; tests/test_laziness.py holds that it loads none")
    assert violations(path.read_text(encoding="utf-8"), path) == []


def test_every_folder_has_a_floor() -> None:
    parts = {part_of(path) for path in MODULES} - DATA_FOLDERS
    assert parts <= set(FLOORS), "give the new folder a floor in FLOORS"


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("symbols/x.py", "from derivlab.proof import verify"),
        ("symbols/x.py", "def f():\n    import derivlab.cli.main"),
        ("algebra/x.py", "from derivlab.calculus import gradient"),
        ("algebra/x.py", "from ..calculus import gradient"),
        ("algebra/x.py", "from .. import proof"),
        ("proof/x.py", "from derivlab import models"),
        ("proof/x.py", "from derivlab.elsewhere import y"),
        ("grading/x.py", "from derivlab.report import y"),
        ("network/x.py", "if TYPE_CHECKING:\n    from derivlab.report import y"),
    ],
)
def test_an_import_that_goes_up_is_seen(module: str, source: str) -> None:
    assert violations(source, PACKAGE / module) != []


def test_imports_that_go_down_are_fine() -> None:
    source = "from derivlab.errors import UsageError\nfrom . import rules\nfrom ..symbols import index"
    assert violations(source, PACKAGE / "calculus" / "x.py") == []
