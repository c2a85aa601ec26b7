"""Milliseconds for a verdict for all sizes; SymPy and math-verify on the same claim at one small size.

Run: `python -m tests.benchmarks.bench_proof [--turns 41] [--cap 20] [--size 3] [--no-sympy]`.
Medians on one thread, after one warm-up, the claims in turn. A ratio is the peer's time at the small size
(or the cap, then marked '>') over derivlab's time for all sizes at once. math-verify (`pip install
"derivlab[bench]"`) gets both sides as SymPy expressions, so that nothing depends on how it reads LaTeX;
simplify and cancel get their difference. Exits with 1 where a bound is missed.
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import statistics
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from time import perf_counter

os.environ.setdefault("OMP_NUM_THREADS", "1")

import sympy
from sympy import Expr, Symbol, exp, log

from derivlab.models import MODELS
from derivlab.proof import Claim, verify
from derivlab.symbols import Context, Definition, Partial, head_name, index, total, vector
from tests.benchmarks.concrete import Concrete
from tests.proof.identities import ALL
from tests.proof.points import index_ranges, size_names

try:
    import math_verify  # type: ignore[import-not-found, import-untyped, unused-ignore]

    logging.getLogger("math_verify").setLevel(logging.ERROR)  # its note that nothing but `capped` stops it
except ImportError:
    math_verify = None

IDENTITIES = {
    "layer norm: backward pass": 100,
    "attention: by the query": 30,
    "Kullback-Leibler by the model": 5,
    "log-sum-exp: gradient": 5,
    "softplus": 5,
    "GELU": 5,
}
MODEL_BOUND, TOTAL_BOUND, FIXED_BOUND, WITNESS_BOUND = 50, 250, 50, 20


@dataclass(frozen=True)
class Case:
    """One line of the table."""

    name: str
    claim: Claim
    verdict: str
    bound: float


def fixed_size(n: int) -> Claim:
    """Every component of the cross-entropy gradient at n classes, a fixed number."""
    i, k, K = index("i"), index("k"), sympy.Integer(n)
    z, y = vector("z", K), vector("y", K)
    P = Definition("p", exp(z[i]) / total(exp(z[k]), k, K), (i,), (K,))
    J = -total(y[k] * log(P.node[k]), k, K)
    context = Context.of(z, y, define=[P], assume=[(total(y[k], k, K), 1)])
    return Claim(Partial(J, z[i]), P.node[i] - y[i], context)


def cases() -> list[Case]:
    """What is timed, with the bound in milliseconds that must hold."""
    found = [
        Case(
            f"{model.name}: {claim.name}",
            Claim(claim.left, claim.right, model.context),
            "proved",
            MODEL_BOUND,
        )
        for model in MODELS.values()
        for claim in model.claims
    ]
    by_name = {item.name: item for item in ALL}
    for name, bound in IDENTITIES.items():
        item = by_name[name]
        found.append(Case(name, Claim(item.left, item.right, item.context), "proved", bound))
    found.append(Case("cross-entropy, all of 100 components", fixed_size(100), "proved", FIXED_BOUND))
    for model in MODELS.values():
        claim = next(claim for claim in model.claims if claim.wrong)
        wrong = Claim(claim.left, sympy.sympify(claim.wrong[0].right), model.context)
        name = f"{model.name}: {claim.name}, {claim.wrong[0].mistake}"
        found.append(Case(name, wrong, "refuted", WITNESS_BOUND))
    return found


def medians(works: Sequence[Callable[[], object]], turns: int) -> list[float]:
    """The median time of each in milliseconds, after one warm-up; they take turns, as clocks change."""
    found: list[list[float]] = [[] for _ in works]
    for work in works:
        work()
    for _ in range(turns):
        for work, times in zip(works, found, strict=True):
            began = perf_counter()
            work()
            times.append(perf_counter() - began)
    return [1000 * statistics.median(times) for times in found]


@contextmanager
def capped(seconds: int) -> Iterator[None]:
    """Stops what runs too long with `TimeoutError`."""

    def stop(signum: int, frame: object) -> None:
        raise TimeoutError

    previous = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, previous)


def written_out(claim: Claim, size: int) -> tuple[Expr, Expr]:
    """Both sides at one small size, every free index at its first positions."""
    held = {head_name(node.by) for side in (claim.left, claim.right) for node in side.atoms(Partial)}
    defined = frozenset(name for name in held if claim.context.definition(name) is not None)
    sides = (claim.left, claim.right)
    sizes = dict.fromkeys(size_names(claim.context, sides), size)
    free = index_ranges(sides, claim.context)
    env: dict[Symbol, int] = {symbol: min(1 + k, size) for k, symbol in enumerate(sorted(free, key=str))}
    concrete = Concrete(claim.context, sizes, defined)
    left, right = (concrete.write(side, env) for side in sides)
    return left, right


def with_math_verify(left: Expr, right: Expr) -> bool:
    """What math-verify says of the two sides; `capped` stops it, not its own limit of five seconds."""
    return bool(math_verify.verify(left, right, timeout_seconds=None, raise_on_error=True))


METHODS: dict[str, Callable[[Expr, Expr], bool]] = {
    "simplify": lambda left, right: bool(sympy.simplify(left - right) == 0),
    "cancel(together)": lambda left, right: bool(sympy.cancel(sympy.together(left - right)) == 0),
}
if math_verify is not None:
    METHODS["math-verify"] = with_math_verify


def peer_time(claim: Claim, size: int, cap: int, method: str) -> tuple[float, str]:
    """(milliseconds, what came out): one run from a cold cache."""
    left, right = written_out(claim, size)
    sympy.core.cache.clear_cache()
    began = perf_counter()
    try:
        with capped(cap):
            outcome = "equal" if METHODS[method](left, right) else "not"
    except TimeoutError:
        outcome = "cap"
    except Exception as error:  # a peer may fail in any way
        outcome = type(error).__name__
    taken = perf_counter() - began
    return 1000 * taken, "cap" if taken >= cap else outcome  # math-verify takes the stop for 'not equal'


def peers(case: Case, mine: float, given: argparse.Namespace) -> list[str]:
    """The columns of the other systems."""
    columns = []
    for method in METHODS:
        size = 100 if "100" in case.name else given.size
        time, outcome = peer_time(case.claim, size, given.cap, method)
        mark = ">" if outcome == "cap" else " "
        columns.append(f"{mark}{time:9.1f} {mark}{time / mine:8.0f}x {outcome:>7}")
    return columns


def main(words: list[str] | None = None) -> int:
    """Print the table; 1 if a bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=41)
    parser.add_argument("--cap", type=int, default=20, help="seconds that SymPy may take for one claim")
    parser.add_argument("--size", type=int, default=3, help="the size at which SymPy is asked")
    parser.add_argument("--no-sympy", action="store_true")
    given = parser.parse_args(words)
    heads = "   ".join(f"{name:>29s}" for name in METHODS)
    print(f"{'claim':52s} {'verdict':8s} {'ms':>7s} {'bound':>6s}   {heads}")  # noqa: T201
    missed, models = [], 0.0
    listed = cases()
    times = medians([partial(verify, case.claim) for case in listed], given.turns)
    for case, mine in zip(listed, times, strict=True):
        verdict = verify(case.claim).verdict
        models += mine if case.bound == MODEL_BOUND and case.verdict == "proved" and ":" in case.name else 0
        if mine > case.bound or verdict != case.verdict:
            missed.append(f"{case.name}: {verdict}, {mine:.1f} ms")
        columns = [] if given.no_sympy else peers(case, mine, given)
        row = f"{case.name[:52]:52s} {verdict:8s} {mine:7.1f} {case.bound:6.0f}   "
        print(row + "   ".join(columns), flush=True)  # noqa: T201
    print(f"{'all claims of the four models':52s} {'':8s} {models:7.1f} {TOTAL_BOUND:6.0f}")  # noqa: T201
    if math_verify is None:
        print('math-verify is not installed: pip install "derivlab[bench]"')  # noqa: T201
    if models > TOTAL_BOUND:
        missed.append(f"all models: {models:.1f} ms")
    print("\n".join(["every bound holds"] if not missed else [f"missed: {line}" for line in missed]))  # noqa: T201
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
