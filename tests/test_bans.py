"""What derivlab's own code must never do, held by walking the syntax trees.

SymPy's rewriting is wrong or capricious on indexed sums (`doit` and `diff` give values that change
with the hash seed, `subs` captures bound indices), and evaluating text runs code from it.
"""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "derivlab"
MODULES = sorted(PACKAGE.rglob("*.py"))

# Calls of a method or function by these names, whatever they are called on.
BANNED_CALLS = {
    "doit": "wrong on sums over a symbolic range",
    "subs": "captures bound indices; use derivlab.symbols.substitute",
    "diff": "wrong on indexed sums; use derivlab.calculus",
    "simplify": "not a judge; use derivlab.proof",
    "equals": "samples; use derivlab.proof",
    "parse_expr": "runs code from its text",
    "parse_latex": "reads other mathematics than derivlab's own reader",
    "sympify": "runs code from its text; sympify(value, strict=True) refuses text",
    "S": "sympify under another name",
}
# Methods of these names are also NumPy's, pathlib's or a dict's: banned on SymPy's module only.
BANNED_OF_SYMPY = {"expand": "loses the form that a step shows", "integrate": "not decided", "N": "floats"}
BANNED_BUILTINS = {"eval", "exec", "compile", "__import__"}
BANNED_MODULES = {"pickle", "cPickle", "dill", "marshal", "shelve", "joblib", "cloudpickle"}

# The one place that turns generated source into a function.
LOADERS = {"compile/loader.py"}
# The one place that hands work to other processes; joblib's load and dump, which unpickle, it leaves alone.
PARALLEL = {"grading/engines.py"}
MAX_LINES = 320


def name_of(called: ast.expr) -> tuple[str, str]:
    """(what it is called on, the name) of a call: ('expr', 'subs'), ('', 'eval')."""
    if isinstance(called, ast.Attribute):
        owner = called.value.id if isinstance(called.value, ast.Name) else "."
        return owner, called.attr
    return "", called.id if isinstance(called, ast.Name) else ""


def offences(source: str, *, loader: bool = False, parallel: bool = False) -> Iterator[str]:
    """What `source` does that it must not, as 'line: what'."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from import_offences(node, parallel)
        elif isinstance(node, ast.Call):
            yield from call_offences(node, loader)


def import_offences(node: ast.Import | ast.ImportFrom, parallel: bool = False) -> Iterator[str]:
    """What is wrong with one import."""
    names = [alias.name for alias in node.names]
    modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else names
    packages = {name.split(".")[0] for name in modules}
    banned = BANNED_MODULES - {"joblib"} if parallel and not set(names) & {"load", "dump"} else BANNED_MODULES
    for name in packages & banned:
        yield f"{node.lineno}: imports {name}"
    if isinstance(node, ast.ImportFrom) and "sympy" in packages:
        for name in set(names) & ({*BANNED_CALLS, *BANNED_OF_SYMPY} - {"sympify", "S"}):
            yield f"{node.lineno}: imports sympy's {name}"


def is_strict(node: ast.Call) -> bool:
    """Whether a call says strict=True."""
    return any(word.arg == "strict" and ast.unparse(word.value) == "True" for word in node.keywords)


def call_offences(node: ast.Call, loader: bool) -> Iterator[str]:
    """What is wrong with one call."""
    owner, name = name_of(node.func)
    if name in BANNED_BUILTINS and owner in {"", "builtins"} and not loader:
        yield f"{node.lineno}: {name}()"
    elsewhere = owner in {"np", "numpy", "torch"} or (name == "S" and owner == "")
    if name in BANNED_CALLS and not elsewhere and not (name == "sympify" and is_strict(node)):
        yield f"{node.lineno}: {name}(): {BANNED_CALLS[name]}"
    if name in BANNED_OF_SYMPY and owner in {"sympy", "sp"}:
        yield f"{node.lineno}: sympy.{name}(): {BANNED_OF_SYMPY[name]}"
    if owner == "torch" and name == "load" and not any(word.arg == "weights_only" for word in node.keywords):
        yield f"{node.lineno}: torch.load() without weights_only unpickles"
    if (
        owner in {"np", "numpy"}
        and name == "load"
        and any(word.arg == "allow_pickle" for word in node.keywords)
    ):
        yield f"{node.lineno}: numpy.load(allow_pickle=...) unpickles"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_module_does_nothing_banned(path: Path) -> None:
    name = str(path.relative_to(PACKAGE))
    found = offences(path.read_text(encoding="utf-8"), loader=name in LOADERS, parallel=name in PARALLEL)
    assert list(found) == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_module_is_short(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= MAX_LINES, "split it: a reader takes in a file of 300 lines"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_module_says_what_it_is(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), "a module begins with a sentence that says what it is for"


@pytest.mark.parametrize(
    "source",
    [
        "expr.doit()",
        "(a + b).subs(x, y)",
        "f(x).diff(x)",
        "sympy.simplify(x)",
        "from sympy import simplify",
        "from sympy.parsing.sympy_parser import parse_expr",
        "sympy.sympify(text)",
        "sympy.sympify(text, strict=False)",
        "sympy.S(text)",
        "sympy.expand(x)",
        "eval(text)",
        "import builtins\nbuiltins.exec(text)",
        "import pickle",
        "from pickle import loads",
        "import torch\ntorch.load(path)",
        "np.load(path, allow_pickle=True)",
    ],
)
def test_each_ban_bites(source: str) -> None:
    assert list(offences(source)) != []


@pytest.mark.parametrize("source", ["re.compile(p)", "np.diff(a)", "sympify(x, strict=True)"])
def test_what_only_looks_alike_is_fine(source: str) -> None:
    assert list(offences(source)) == []


def tracked_files() -> list[Path]:
    """The text files that belong to the repository: git's own list, or all that is not ignored by name."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode == 0:
        paths = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    else:
        skipped = {".venv", ".git", "build", "dist", "reports"}
        paths = [path for path in ROOT.rglob("*") if not skipped.intersection(path.relative_to(ROOT).parts)]
    binary = {".gz", ".pdf", ".png", ".safetensors", ".pyc", ".woff2"}
    return [path for path in paths if path.is_file() and path.suffix not in binary]


# Written apart, so that this file does not find itself.
FOREIGN = re.compile("|".join([r"(?<![\w.])/" + r"work\b", r"\.\./" + r"shared\b", "/opt/" + "pypi"]))


def test_nothing_names_a_machine() -> None:
    """A clone elsewhere has none of the folders of the machine that a file was written on."""
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in tracked_files()
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="ignore").splitlines(), 1)
        if FOREIGN.search(line)
    ]
    assert found == []
