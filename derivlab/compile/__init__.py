"""Floor 6: a SymPy gradient becomes a stable, vectorized NumPy or torch function."""

from derivlab.compile.function import CompiledFunction, Precision, compile_function
from derivlab.compile.gradients import CompiledGradient, compile_gradient
from derivlab.compile.outputs import Output
from derivlab.compile.rules import RULES, Rule

__all__ = [
    "RULES",
    "CompiledFunction",
    "CompiledGradient",
    "Output",
    "Precision",
    "Rule",
    "compile_function",
    "compile_gradient",
]
