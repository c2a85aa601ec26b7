"""Random losses of softmax entries, their logarithms and means: the stable code beside the naive formula.

Run `python -m tests.compile.fuzz --seconds 600 --seed 1`; exits with 1 where the two differ.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Any

import numpy as np
from sympy import Expr, Integer, Rational, exp, log

from derivlab.calculus import gradient
from derivlab.compile import compile_gradient
from derivlab.errors import OutsideClassError
from derivlab.symbols import Context, Definition, dimension, indices, total, vector

K = dimension("K")
i, k, m = indices("i k m")
a, z, y = vector("a", K), vector("z", K), vector("y", K)


def softmax(of: Any, at: Any) -> Expr:
    return exp(of[at]) / total(exp(of[m]), m, K)


P, Q = (Definition(name, softmax(of, i), (i,), (K,)) for name, of in (("p", a), ("q", z)))
CONTEXT = Context.of(a, z, y, define=[P, Q])
BACKENDS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("numpy", {}),
    ("torch", {}),
    ("torch", {"precision": "library"}),
)


def probability(rng: Random) -> Expr:
    upper = exp(a[k]) / (1 + exp(a[k]))
    return rng.choice([P.node[k], Q.node[k], softmax(a, k), softmax(z, k), 1 / (1 + exp(-z[k])), upper])


def positive(rng: Random) -> Expr:
    p, q = probability(rng), probability(rng)
    mean = total(exp(a[m] - z[m]), m, K) / rng.choice([K, Integer(2)])
    return rng.choice([p, p / q, p * q, 1 / p, p ** rng.choice([2, 3, -2]), mean, exp(a[k] - z[k]) * p])


def term(rng: Random) -> Expr:
    product: Expr = Integer(1)
    for _ in range(rng.randint(1, 3)):
        u, v = positive(rng), positive(rng)
        product *= rng.choice([log(u), log(abs(probability(rng))), log(v) ** 2, v, y[k], z[k]])
    return total(product, k, K) * rng.choice([1, -1, 2, Rational(1, 3)])


def loss(rng: Random) -> Expr:
    found = term(rng)
    for _ in range(rng.randint(0, 2)):
        mean = total(exp(a[m]) * z[m], m, K) / total(exp(a[m]), m, K) ** rng.choice([1, 2])
        whole = log(total(exp(rng.choice([a, z])[m]), m, K))
        other = term(rng)
        found = rng.choice([found + other, found * other, found + whole, found * mean])
    return found


def differences(seed: int) -> Iterator[str]:
    """What is wrong with one random loss: nothing, or a line for each backend."""
    rng = Random(seed)
    objective, by = loss(rng), rng.choice("az")
    try:
        derived = gradient(objective, by, CONTEXT)
    except OutsideClassError:
        return
    draw = np.random.default_rng(seed)
    given: dict[str, Any] = {name: draw.normal(size=4) for name in "azy"}
    given["K"] = 4  # where no array has the size
    naive = compile_gradient(replace(derived, by_rules=None), stable=False)
    expected = naive.value_and_gradient(**{name: given[name] for name in naive.arguments})
    for backend, options in BACKENDS:
        function = compile_gradient(derived, backend, **options)
        found = function.value_and_gradient(**{name: given[name] for name in function.arguments})
        for ours, theirs in zip(found, expected, strict=True):
            scale = max(1.0, float(np.abs(theirs).max()))
            if not np.allclose(np.asarray(ours), theirs, rtol=1e-7, atol=1e-8 * scale, equal_nan=True):
                yield f"seed {seed}, {backend} {options}: {objective} by {by}: {ours}, not {theirs}"


def main() -> int:
    """Try random losses until the time is up."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    began, tried, wrong = time.monotonic(), 0, 0
    while time.monotonic() - began < options.seconds:
        for line in differences(options.seed * 1_000_000 + tried):
            wrong += 1
            sys.stdout.write(f"{line}\n")
        tried += 1
    sys.stdout.write(f"{tried} losses, {wrong} differences\n")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
