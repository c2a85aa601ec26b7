"""Room on Python's stack for expressions as deep as the stated bound, and an error past it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from derivlab.errors import TooLargeError

FRAMES = 4_000  # a bracket takes about ten frames, SymPy's own walks included


@contextmanager
def room_for_nesting(start: int, end: int) -> Iterator[None]:
    """Raise the recursion limit for a while; running out of it is a `TooLargeError` at [start, end)."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, FRAMES))
    try:
        yield
    except RecursionError:
        raise TooLargeError(
            "this is nested too deeply", hint="give parts of it names of their own", start=start, end=end
        ) from None
    finally:
        sys.setrecursionlimit(limit)
