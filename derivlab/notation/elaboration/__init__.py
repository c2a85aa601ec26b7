"""Syntax nodes to SymPy: shapes and ranges are inferred, every notation ends in the same indexed form."""

from derivlab.notation.elaboration import atoms, calls, conditions, derivatives, sums
from derivlab.notation.elaboration.core import RULES, Elaborator
from derivlab.notation.elaboration.scope import Entry, Function, Scope
from derivlab.notation.elaboration.tensors import Tensor

__all__ = [
    "RULES",
    "Elaborator",
    "Entry",
    "Function",
    "Scope",
    "Tensor",
    "atoms",
    "calls",
    "conditions",
    "derivatives",
    "sums",
]
