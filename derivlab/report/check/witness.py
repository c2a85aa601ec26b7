"""Witnesses for people and programs: sizes, exact values, both sides."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from derivlab.notation import StatedClaim
from derivlab.proof import Witness

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True)
class Evidence:
    """A witness as it goes into JSON: rationals are strings, arrays are lists."""

    sizes: Mapping[str, int]
    indices: Mapping[str, int] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    left: str = ""
    right: str = ""
    text: str = ""


def evidence_of(witness: Witness) -> Evidence:
    """The witness of the proof floor."""
    values = {name: jsonable(value) for name, value in witness.values.items()}
    return Evidence(
        dict(witness.sizes), dict(witness.indices), values, witness.left, witness.right, witness.text()
    )


def jsonable(value: Fraction | tuple[Any, ...]) -> Any:
    """A rational as a string, an array as nested lists.

    >>> jsonable((Fraction(1, 2), Fraction(3)))
    ['1/2', '3']
    """
    return [jsonable(inner) for inner in value] if isinstance(value, tuple) else str(value)


def shape_evidence(claim: StatedClaim, message: str = "") -> Evidence:
    """Sizes at which the shapes of a claim do not fit: all different, so none fits by chance."""
    told = " ".join((claim.shape_mismatch or message, *claim.shapes))
    words = set(NAME.findall(told))
    names = {str(size) for variable in claim.context.variables for size in variable.shape}
    names |= {str(size) for definition in claim.context.definitions for size in definition.shape}
    sizes = {name: number for number, name in enumerate(sorted(names & words), start=2)}
    left, right = claim.shapes if claim.shapes_differ else ("", "")
    return Evidence(sizes, {}, {}, left, right, told)
