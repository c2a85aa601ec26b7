"""Run every benchmark and keep what it prints: `python -m tests.benchmarks` writes reports/benchmarks.md.

Each runs in a process of its own, on one thread. Run it on a machine that does nothing else.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
OUT = ROOT / "reports" / "benchmarks.md"
#: Module, arguments, heading, whether it prints Markdown.
BENCHMARKS = (
    ("tests.benchmarks.bench_compile", (), "Compiled gradients beside torch", True),
    ("tests.benchmarks.bench_training", (), "A training step beside eager torch", False),
    ("tests.benchmarks.bench_proof", ("--cap", "5", "--size", "2"), "Verdicts beside other systems", False),
)
PACKAGES = ("torch", "numpy", "numba", "sympy", "python-flint", "scikit-learn")


def main() -> int:
    """Run them all, write the page; 1 if one of them could not run."""
    parts = [
        "# Benchmarks",
        "Medians on one thread, contenders in turn; ratios are a peer's time over derivlab's.\n"
        "In the tables of compiled gradients the first call of a turn is not counted, for any contender:\n"
        "it finds the caches as the one before has left them.\n"
        f"Made by `python -m tests.benchmarks` with {machine()}.",
    ]
    for module, words, heading, markdown in BENCHMARKS:
        printed = run(module, words)
        if printed is None:
            return 1
        parts += [f"## {heading}", printed if markdown else f"```text\n{printed}\n```"]
    OUT.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    return 0


def run(module: str, words: tuple[str, ...]) -> str | None:
    """What a benchmark prints; a missed bound is part of it, a crash is not."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "NO_COLOR": "1"}
    done = subprocess.run(
        [sys.executable, "-m", module, *words], cwd=ROOT, env=environment, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    if "Traceback" in done.stderr:
        sys.stderr.write(done.stderr)
        return None
    return done.stdout.strip()


def machine() -> str:
    """The class of machine and the versions, without names of hosts."""
    cores = f"{os.cpu_count()} cores of {platform.machine()}, Python {platform.python_version()}"
    return ", ".join([cores, *(f"{name} {found}" for name in PACKAGES if (found := _version(name)))])


def _version(name: str) -> str:
    try:
        return version(name)
    except ImportError:
        return ""


if __name__ == "__main__":
    sys.exit(main())
