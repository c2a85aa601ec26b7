"""The long run: many mutants, several hash seeds, two processes.

    python -m tests.proof.mutate --mutants 100000 --hash-seeds 5

Exits with 1 if a mutant that differs is proved, if a refutation's witness is not confirmed, or if
fewer than 99 % of the wrong mutants are refuted. Each share is judged in a process with its own
PYTHONHASHSEED and prints its tally as JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).resolve().parent.parent.parent
LEAST_REFUTED = 0.99


def share(seed: int, each: int, slips: int) -> None:
    """Judge `each` mutants of every claim in this process, and print the tally."""
    from tests.proof.judging import right_claims, run

    tally = run(right_claims(), each, seed, slips)
    print(json.dumps({"counts": tally.counts, "wrong": tally.wrong, "silent": tally.silent}))  # noqa: T201


def child(seed: int, hash_seed: int, each: int, slips: int) -> dict[str, object]:
    """One share in a process of its own."""
    environment = {**os.environ, "PYTHONHASHSEED": str(hash_seed), "OMP_NUM_THREADS": "1"}
    words = ["--share", str(seed), "--each", str(each), "--slips", str(slips)]
    command = [sys.executable, "-m", "tests.proof.mutate", *words]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    found: dict[str, object] = json.loads(done.stdout)
    return found


def main(words: list[str] | None = None) -> int:
    """Run all shares, print what came out, return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mutants", type=int, default=100_000)
    parser.add_argument("--hash-seeds", type=int, default=5)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--slips", type=int, default=2, help="at most so many slips in one mutant")
    parser.add_argument("--share", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--each", type=int, default=10, help="mutants of a claim in one share")
    given = parser.parse_args(words)
    if given.share is not None:
        share(given.share, given.each, given.slips)
        return 0
    return run_all(given)


def run_all(given: argparse.Namespace) -> int:
    """Shares over the hash seeds in turn, until there are enough mutants."""
    from tests.proof.judging import right_claims

    shares = -(-given.mutants // (given.each * len(right_claims())))
    began, counts = perf_counter(), Counter[str]()
    wrong: list[str] = []
    silent: list[str] = []

    def one(number: int) -> dict[str, object]:
        return child(number, number % given.hash_seeds, given.each, given.slips)

    with ThreadPoolExecutor(given.processes) as pool:
        for found in pool.map(one, range(shares)):
            counts.update(found["counts"])  # type: ignore[call-overload]
            wrong += found["wrong"]  # type: ignore[arg-type]
            silent += found["silent"]  # type: ignore[arg-type]
            print(f"{sum(counts.values())} mutants, {perf_counter() - began:.0f} s", flush=True)  # noqa: T201
    return conclude(counts, wrong, silent)


def conclude(counts: Counter[str], wrong: list[str], silent: list[str]) -> int:
    """Print the table and the disagreements."""
    for outcome, count in sorted(counts.items()):
        print(f"{count:8d}  {outcome}")  # noqa: T201
    lines = [f"WRONG {line}" for line in wrong] + [f"silent {line}" for line in silent[:40]]
    print("\n".join(lines))  # noqa: T201
    refuted = counts["wrong: refuted"]
    total = refuted + counts["wrong: undecided"] + counts["wrong: proved"]
    print(f"{refuted / max(total, 1):.4%} of {total} wrong mutants are refuted with a witness")  # noqa: T201
    return int(bool(wrong) or refuted < LEAST_REFUTED * total)


if __name__ == "__main__":
    sys.exit(main())
