"""What a grading machine gets: the assignment, derivlab itself, and which packages to install there."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import derivlab
from derivlab.errors import UsageError

# What grading imports beside the standard library; a test holds that it is all.
NEEDED = ("lark", "numpy", "python-flint", "sympy")
# Folders of the package that grading does not need: MNIST alone is larger than all else.
LEFT_OUT = ("data", "network", "report", "__pycache__")
EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Member:
    """A file of an archive or a folder: its bytes, and whether it is a program."""

    content: bytes
    program: bool = False


Members = dict[str, Member]


def text(content: str, *, program: bool = False) -> Member:
    """A file of text."""
    return Member(content.encode("utf-8"), program)


def requirements() -> str:
    """The packages that grading needs, in the versions that are installed here, one a line."""
    return "".join(f"{name}=={metadata.version(name)}\n" for name in NEEDED)


def package(prefix: str) -> Members:
    """derivlab's own files below the folder `prefix`, so that the machine has this very version."""
    root = Path(derivlab.__file__).parent
    found: Members = {}
    for path in sorted(root.rglob("*")):
        parts = path.relative_to(root).parts
        if path.is_file() and not set(parts).intersection(LEFT_OUT) and path.suffix != ".pyc":
            found[f"{prefix}derivlab/{'/'.join(parts)}"] = Member(path.read_bytes())
    return found


def assignment_files(folder: Path, prefix: str) -> Members:
    """The files of an assignment below the folder `prefix`, which ends in a slash."""
    from derivlab.grading.assignment import PROBLEM, TOML

    return {f"{prefix}{name}": Member((folder / name).read_bytes()) for name in (TOML, PROBLEM)}


def zipped(members: Mapping[str, Member]) -> bytes:
    """A zip archive; the same files give the same bytes."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(members):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.create_system = 3  # Unix, so that the mode counts
            mode = 0o755 if members[name].program else 0o644
            entry.external_attr = (stat.S_IFREG | mode) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, members[name].content)
    return written.getvalue()


def written(members: Mapping[str, Member], folder: Path) -> None:
    """Write the files below a folder that is new or empty.

    Raises:
        UsageError: there is something in the folder.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} exists and is not an empty folder; give another with --out, or remove it")
    for name, member in members.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(member.content)
        path.chmod(0o755 if member.program else 0o644)
