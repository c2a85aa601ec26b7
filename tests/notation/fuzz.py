"""The long run: `python -m tests.notation.fuzz --seconds 3600` reads random documents until it finds a fault.

Every example is drawn anew, by hypothesis and with a seed that is printed; a fault is printed with the text
that raises it, and ends the run with exit code 1.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
import traceback

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from derivlab.notation import to_latex
from tests.notation.strategies import edited, soups, trees
from tests.notation.test_properties import harmless

BATCH = 500
MAX_SECONDS = 2.0


def read(text: str) -> None:
    """Read a text; an error that is not derivlab's own, or a slow answer, is a fault."""
    began = time.thread_time()
    harmless(text)
    if time.thread_time() - began > MAX_SECONDS:
        raise AssertionError(f"took {time.thread_time() - began:.1f} s")


def batch(number: int) -> None:
    """One batch of examples with one seed."""
    texts = st.one_of(
        edited(),
        soups.map(lambda soup: f"Let $x, z \\in \\mathbb{{R}}^K$. $$ x_i = {soup} $$"),
        st.text(max_size=400),
        st.tuples(trees, trees).map(lambda pair: f"$$ {to_latex(pair[0])} = {to_latex(pair[1])} $$"),
    )
    common = settings(
        max_examples=BATCH,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    seed(number)(common(given(texts)(read)))()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3600)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    args = parser.parse_args()
    end, number = time.monotonic() + args.seconds, args.seed
    print(f"seed {args.seed}")  # noqa: T201
    while time.monotonic() < end:
        try:
            batch(number)
        except Exception:
            traceback.print_exc()
            print(f"fault at seed {number}", file=sys.stderr)  # noqa: T201
            return 1
        number += 1
    print(f"{(number - args.seed) * BATCH} examples, no fault")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
