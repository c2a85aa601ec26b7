"""Derivatives through inverses and determinants, against torch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
import torch

from derivlab.calculus.inverses import with_inverses_derived
from derivlab.notation.inputs import read_equation
from derivlab.proof.evaluate import Evaluator
from derivlab.proof.indices import environments
from derivlab.proof.sampling import samples
from derivlab.symbols import Partial, relevant

GIVEN = (
    r"A \in \mathbb{R}^{d \times d}", r"B \in \mathbb{R}^{d \times d}", r"a \in \mathbb{R}^d",
    r"b \in \mathbb{R}^d", r"t > 0", r"X \in \mathbb{R}^{N \times d}",
)  # fmt: skip
inv, det = torch.linalg.inv, torch.linalg.det
Values = dict[str, torch.Tensor]


def eye(of: torch.Tensor) -> torch.Tensor:
    return torch.eye(len(of), dtype=of.dtype)


CASES: list[tuple[str, str, Callable[[Values], torch.Tensor]]] = [
    (r"a^\top A^{-1} b", "A", lambda v: v["a"] @ inv(v["A"]) @ v["b"]),
    (r"a^\top A^{-\top} b", "A", lambda v: v["b"] @ inv(v["A"]) @ v["a"]),
    (r"a^\top A^{-2} A^\top b", "A", lambda v: v["a"] @ inv(v["A"]) @ inv(v["A"]) @ v["A"].T @ v["b"]),
    (r"\exp(a^\top (A + A^\top B)^{-1} b / 100)", "A",
     lambda v: torch.exp(v["a"] @ inv(v["A"] + v["A"].T @ v["B"]) @ v["b"] / 100)),
    (r"a^\top (I + A^{-1} B)^{-1} b", "A",
     lambda v: v["a"] @ inv(eye(v["A"]) + inv(v["A"]) @ v["B"]) @ v["b"]),
    (r"a^\top (X^\top X + t I)^{-1} b", "X",
     lambda v: v["a"] @ inv(v["X"].T @ v["X"] + v["t"] * eye(v["A"])) @ v["b"]),
    (r"a^\top (X^\top X + t I)^{-1} b", "t",
     lambda v: v["a"] @ inv(v["X"].T @ v["X"] + v["t"] * eye(v["A"])) @ v["b"]),
    (r"\log \det A", "A", lambda v: torch.log(det(v["A"]))),
    (r"|A| \, a^\top A^{-1} a", "A", lambda v: det(v["A"]) * (v["a"] @ inv(v["A"]) @ v["a"])),
    (r"\log |X^\top X + t I|", "X", lambda v: torch.log(det(v["X"].T @ v["X"] + v["t"] * eye(v["A"])))),
    (r"\sqrt{|2 A|} + \log |A^{-1}|", "A", lambda v: torch.sqrt(det(2 * v["A"])) - torch.log(det(v["A"]))),
    (r"|A + |A| B|", "A", lambda v: det(v["A"] + det(v["A"]) * v["B"])),
]  # fmt: skip


@pytest.mark.parametrize(("body", "by", "function"), CASES, ids=[f"{body} by {by}" for body, by, _ in CASES])
def test_the_derivative_is_that_of_torch(
    body: str, by: str, function: Callable[[Values], torch.Tensor]
) -> None:
    used = "a^\\top (A + B) b + t + \\|X\\|_F^2"
    claim = read_equation(
        rf"\frac{{\partial}}{{\partial {by}}} ({body}) = \frac{{\partial}}{{\partial {by}}} ({used})", GIVEN
    )
    derived = with_inverses_derived(claim.left, claim.context)
    assert not derived.has(Partial)
    context = relevant(claim.context, (claim.left, claim.right, derived))
    for sample in list(samples(context, ("d", "N"), {}))[:4]:
        values = {name: as_tensor(entries) for name, entries in sample.values.items()}
        moved = values[by].requires_grad_()
        wanted = torch.autograd.grad(function(values), moved)[0].numpy()
        at = Evaluator(context, sample.sizes, sample.values)
        symbols = tuple(symbol for symbol, _ in claim.indices)
        for env in environments(symbols, replace(context, ranges=claim.indices), sample.sizes, ()):
            place = tuple(env[symbol] - 1 for symbol in symbols)
            found = float(at.value(derived, env))
            assert found == pytest.approx(wanted[place], rel=1e-6, abs=1e-9)


def as_tensor(entries: dict[tuple[int, ...], Fraction]) -> torch.Tensor:
    if () in entries:
        return torch.tensor(float(entries[()]), dtype=torch.float64)
    found = np.zeros(tuple(max(place[k] for place in entries) for k in range(len(next(iter(entries))))))
    for place, value in entries.items():
        found[tuple(p - 1 for p in place)] = float(value)
    return torch.from_numpy(found)
