"""`derivlab check --watch`: the same again, each time one of the files has changed."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from derivlab.errors import DerivlabError

SECONDS = 0.3  # between two looks at the files

Stamps = dict[str, tuple[int, int]]


def watch(paths: Callable[[], Iterable[str]], once: Callable[[], object], pause: Callable[[], None]) -> int:
    """Do `once` now and after every change, until Ctrl-C, which is how it is meant to end: with 0.

    Args:
        paths: the files to look at, asked for anew each time, so that new ones are seen.
        once: the work; what a user can mend in the meantime (`DerivlabError`) is told, and waited for.
        pause: waits until the next look.
    """
    try:
        seen = stamps(paths)
        _attempt(once)
        while True:
            pause()
            now = stamps(paths)
            if now != seen:
                changed = sorted(path for path in now if now[path] != seen.get(path))
                seen = now
                if changed:
                    _tell(f"-- {time.strftime('%H:%M:%S')} {', '.join(changed)} changed")
                    _attempt(once)
    except KeyboardInterrupt:
        _tell("")
        return 0


def wait() -> None:
    """The usual pause."""
    time.sleep(SECONDS)


def stamps(paths: Callable[[], Iterable[str]]) -> Stamps:
    """When each file was last written, and its length; one that is just being replaced is left out."""
    found: Stamps = {}
    try:
        for path in paths():
            stat = Path(path).stat()
            found[path] = (stat.st_mtime_ns, stat.st_size)
    except (OSError, DerivlabError):
        return found
    return found


def _attempt(once: Callable[[], object]) -> None:
    try:
        once()
    except (DerivlabError, OSError) as error:
        _tell(f"derivlab: {error}")


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
