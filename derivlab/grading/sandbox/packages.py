"""Which files a student's process may read: Python's library and the packages that a question allows."""

from __future__ import annotations

import ast
import re
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

from derivlab.errors import UsageError

ALWAYS = ("numpy",)
INSTALLED = ("site-packages", "dist-packages", "__pycache__")
# Shared libraries that NumPy and Python's own extension modules load late.
SHARED = ("/lib64", "/usr/lib64/*.so*", "/lib/*-linux-gnu", "/usr/lib/*-linux-gnu", "/etc/ld.so.cache")
# Modules that are imported before the files are closed to the code, where it names them.
EARLY = (
    "abc", "cmath", "collections", "contextlib", "copy", "dataclasses", "decimal", "enum", "fractions",
    "functools", "inspect", "itertools", "json", "math", "numbers", "operator", "random", "re", "statistics",
    "string", "textwrap", "time", "types", "typing", "warnings",
)  # fmt: skip
DEVICES = ("/dev/null", "/dev/urandom", "/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu")


@dataclass(frozen=True)
class Library:
    """What can be imported inside.

    Attributes:
        path: `sys.path` of the process.
        readable: files and folders that it may read.
        listable: folders whose names it may list.
        names: the modules of the allowed packages, and of those that they need.
    """

    path: tuple[str, ...]
    readable: tuple[str, ...]
    listable: tuple[str, ...]
    names: tuple[str, ...]


@cache
def library(packages: tuple[str, ...]) -> Library:
    """What a process may read that may import `packages`.

    Raises:
        UsageError: one of them is not installed.

    >>> "numpy" in library(("numpy",)).names
    True
    """
    standard = [sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")]
    folders = [Path(folder) for folder in dict.fromkeys(standard) if Path(folder).is_dir()]
    readable = [str(entry) for folder in folders for entry in folder.iterdir() if entry.name not in INSTALLED]
    roots: dict[str, None] = {}
    names: dict[str, None] = {}
    for name in _with_requirements(packages):
        for top in _tops(name):
            readable.append(str(top))
            roots[str(top.parent)] = None
            names[top.name.split(".")[0]] = None
    zipped = [entry for entry in sys.path if entry.endswith(".zip")]
    path = (*zipped, *map(str, folders), *_extensions(folders), *roots)
    listable = (*map(str, folders), *roots)
    return Library(path, (*readable, *_found(SHARED), *DEVICES), listable, tuple(names))


def _extensions(folders: Iterable[Path]) -> list[str]:
    """The folders of the library's compiled modules."""
    return [str(folder / "lib-dynload") for folder in folders if (folder / "lib-dynload").is_dir()]


def _found(patterns: Iterable[str]) -> Iterator[str]:
    for pattern in patterns:
        yield from map(str, Path("/").glob(pattern.lstrip("/")))


def _with_requirements(packages: Iterable[str]) -> list[str]:
    """The packages and those that they need to be imported, not counting extras."""
    found: dict[str, None] = {}
    waiting = list(packages)
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        try:
            needed = metadata.distribution(name).requires or []
        except metadata.PackageNotFoundError:
            if name in packages:
                raise UsageError(
                    f"the assignment allows the package {name!r}, which is not installed"
                ) from None
            continue
        found[name] = None
        waiting += [
            match[0] for line in needed if "extra" not in line and (match := re.match(r"[\w.-]+", line))
        ]
    return list(found)


def _tops(name: str) -> Iterator[Path]:
    """The files and folders that a package has directly in its folder of packages."""
    distribution = metadata.distribution(name)
    parts = {file.parts[0] for file in distribution.files or () if file.parts[0] not in ("..", "__pycache__")}
    for part in sorted(parts):
        yield Path(str(distribution.locate_file(part))).resolve()
    if not parts and (spec := find_spec(name)) is not None and spec.origin is not None:
        # A package of the system's own, which does not list its files.
        origin = Path(spec.origin).resolve()
        yield origin.parent if spec.submodule_search_locations is not None else origin


def imported(cells: Iterable[str]) -> set[str]:
    """The modules that the code imports anywhere, by the first part of their names.

    >>> sorted(imported(["import numpy as np", "from torch.nn import functional", "import ("]))
    ['numpy', 'torch']
    """
    found: set[str] = set()
    for cell in cells:
        try:
            tree = ast.parse(cell)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                found.add((node.module or "").split(".")[0])
    return found - {""}
