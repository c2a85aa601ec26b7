"""What to tell a student about a refuted step: the diagnosis, with hints from mild to plain."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from itertools import islice
from typing import Any

import sympy
from sympy import Expr

from derivlab.notation import StatedClaim

REMEMBERED = 1024
# The search for a mistake computes the claim at hundreds of points; past these it is not worth its time.
MAX_NODES = 250
MAX_NESTED = 3


@dataclass(frozen=True)
class Explanation:
    """The likely mistake: its kind, the sentence for a student, hints from mild to plain."""

    kind: str = ""
    sentence: str = ""
    hints: tuple[str, ...] = ()


_KNOWN: OrderedDict[Any, Explanation] = OrderedDict()


def explained(claim: StatedClaim) -> Explanation:
    """The diagnosis of a refuted equation, remembered; empty where no small edit repairs it."""
    key = (claim.left, claim.right, claim.context, claim.left_text, claim.right_text)
    found = _KNOWN.get(key)
    if found is None:
        found = _KNOWN[key] = _explained(claim)
        if len(_KNOWN) > REMEMBERED:
            _KNOWN.popitem(last=False)
    return found


def _is_small(expr: Expr) -> bool:
    nodes = sum(1 for _ in islice(sympy.preorder_traversal(expr), MAX_NODES + 1))
    return nodes <= MAX_NODES and _nested(expr) <= MAX_NESTED


def _nested(expr: Expr) -> int:
    """How many sums stand inside each other."""
    inside = max((_nested(part) for part in expr.args), default=0)
    return inside + (len(expr.limits) if isinstance(expr, sympy.Sum | sympy.Product) else 0)


def _explained(claim: StatedClaim) -> Explanation:
    """A diagnosis is a courtesy: whatever goes wrong in the search for one costs nobody a grade."""
    from derivlab.diagnosis import diagnose_stated

    if not (_is_small(claim.left) and _is_small(claim.right)):
        return Explanation()
    try:
        found = diagnose_stated(claim)
        if found is None:
            return Explanation()
        hints = tuple(dict.fromkeys(found.hints("en")))
        return Explanation(found.kind, found.message("student", 2, "en"), hints)
    except Exception:
        return Explanation()
