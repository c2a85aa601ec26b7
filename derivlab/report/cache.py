"""What was proved or trained once is not done again: a cache by content, in the user's cache folder.

A key is the digest of derivlab's own source, of the versions of what it computes with, and of the
inputs; so a changed rule, model or option is another key. An entry carries the digest of its own
content: a damaged one counts as missing.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from derivlab.report import storage

PACKAGES = ("sympy", "python-flint", "numpy", "torch", "matplotlib", "jinja2")
_SOURCES = (".py", ".lark", ".j2")
MOST_ENTRIES = 200


def cache_root() -> Path:
    """The user's cache folder for reports."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "derivlab" / "report"


@cache
def source_digest() -> str:
    """The digest of derivlab's own source and of the versions of what it computes with."""
    package = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*")):
        if path.suffix in _SOURCES:
            digest.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    for name in PACKAGES:
        with suppress(PackageNotFoundError):
            digest.update(f"{name} {version(name)}\0".encode())
    digest.update(f"{platform.python_version()} {platform.machine()}".encode())
    return digest.hexdigest()


@dataclass(frozen=True)
class Cache:
    """A folder of entries; without a folder nothing is found and nothing is kept."""

    folder: Path | None = None

    def key(self, kind: str, inputs: Mapping[str, Any]) -> str:
        """The name of the entry for `inputs`, plain values that decide the result."""
        told = json.dumps({"kind": kind, "inputs": inputs, "source": source_digest()}, sort_keys=True)
        return f"{kind}-{hashlib.sha256(told.encode()).hexdigest()}"

    def find(self, key: str) -> Any | None:
        """The view that was kept under `key`; None if there is none, or it is damaged."""
        data = self.find_bytes(key)
        try:
            return None if data is None else storage.loads(data.decode("utf-8"))
        except ValueError:
            return None

    def find_bytes(self, key: str) -> bytes | None:
        """The bytes that were kept under `key`, if they are whole."""
        if self.folder is None:
            return None
        try:
            digest, _, data = (self.folder / key).read_bytes().partition(b"\n")
        except OSError:
            return None
        return data if digest.decode("ascii", "replace") == hashlib.sha256(data).hexdigest() else None

    def keep(self, key: str, view: object) -> None:
        """Keep a view under `key`; a cache that cannot be written is no cache, and no error."""
        self.keep_bytes(key, storage.dumps(view).encode("utf-8"))

    def keep_bytes(self, key: str, data: bytes) -> None:
        """Keep bytes under `key`, whole or not at all."""
        if self.folder is None:
            return
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self.folder, prefix=".new-")
            with os.fdopen(handle, "wb") as stream:
                stream.write(hashlib.sha256(data).hexdigest().encode() + b"\n" + data)
            Path(name).replace(self.folder / key)
            self._forget_the_oldest()

    def _forget_the_oldest(self) -> None:
        assert self.folder is not None
        entries = [path for path in self.folder.iterdir() if not path.name.startswith(".")]
        if len(entries) > MOST_ENTRIES:
            for path in sorted(entries, key=lambda path: path.stat().st_mtime)[:-MOST_ENTRIES]:
                path.unlink(missing_ok=True)


NO_CACHE = Cache()
