"""How long something takes, on machines that do other work beside and whose clock changes by two.

Limits are those of a processor that does `_work` in `ORDINARY` seconds; a slower one gets longer.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable

Call = Callable[[], object]
ORDINARY = 0.004


def seconds(call: Call) -> float:
    """Processor seconds of this thread, as `timeit` takes them: without the collector of cyclic garbage.

    It goes through all that earlier tests have left, and does so in long calls rather than in short ones.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        began = time.thread_time()
        call()
        return time.thread_time() - began
    finally:
        if collecting:
            gc.enable()


def _work() -> None:
    found: dict[int, int] = {}
    for number in range(20_000):
        found[number % 97] = found.get(number % 89, 0) + len(str(number))


def slowness() -> float:
    """How many times as long as on an ordinary processor things take at present; 1 on a quicker one."""
    return max(1.0, min(seconds(_work) for _ in range(2)) / ORDINARY)


def within(limit: float, call: Call, tries: int = 3) -> bool:
    """Whether a call takes less than `limit` seconds in one of a few tries: what disturbs only adds."""
    return any(seconds(call) < limit * slowness() for _ in range(tries))


def growth(short: Call, long: Call, turns: int = 5) -> float:
    """How many times as long `long` takes as `short`: the median of turns in which one follows the other."""
    return statistics.median(seconds(long) / max(seconds(short), 1e-9) for _ in range(turns))
