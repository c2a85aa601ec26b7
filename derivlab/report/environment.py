"""What a reader needs to do it again: versions, machine, checksums of the data."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version

PACKAGES = ("derivlab", "sympy", "python-flint", "numpy", "torch", "matplotlib")


def environment(*, machine: bool = True) -> tuple[tuple[str, str], ...]:
    """(name, value) of the versions and, unless it should be the same everywhere, of the machine."""
    versions = [(name, found) for name in PACKAGES if (found := _version(name))]
    rows = (("Python", platform.python_version()), *versions)
    told = f"{platform.system()} {platform.machine()}, {os.cpu_count() or 1} processors"
    return (*rows, ("Machine", told)) if machine else rows


def _version(name: str) -> str:
    if name == "derivlab":
        from derivlab import __version__

        return __version__
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def checksums() -> tuple[tuple[str, str], ...]:
    """(file, SHA-256 of its unpacked content) of MNIST; loading it compares them."""
    from derivlab.network.mnist import CHECKSUMS

    return tuple(CHECKSUMS.items())
