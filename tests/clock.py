"""How long something takes, on machines that do other work beside and whose clock changes by half."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

Call = Callable[[], object]


def seconds(call: Call) -> float:
    """Processor seconds of this thread."""
    began = time.thread_time()
    call()
    return time.thread_time() - began


def within(limit: float, call: Call, tries: int = 3) -> bool:
    """Whether a call takes less than `limit` seconds in one of a few tries: what disturbs only adds."""
    return any(seconds(call) < limit for _ in range(tries))


def growth(short: Call, long: Call, turns: int = 5) -> float:
    """How many times as long `long` takes as `short`: the median of turns in which one follows the other."""
    return statistics.median(seconds(long) / max(seconds(short), 1e-9) for _ in range(turns))
