"""From generated source to a function: the only place in derivlab that runs text.

`compile`/`exec` is safe on this text, for three reasons. It is derivlab's own printing of its own
nodes (`writers`): no text that a user wrote is ever part of it, names pass `names.identifier`, and
numbers are a Python number's `repr`. `audit` reads the finished source again and allows nothing but
assignments, arithmetic and calls of the array library. And the globals hold that library alone.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from importlib import import_module
from typing import Any

from derivlab.compile.backends import Backend
from derivlab.compile.source import Source
from derivlab.errors import InternalError

# What generated source may call by name, beside the array library.
HELPERS = ("erf", "exp_of_difference", "rounded_exp", "sum_without_largest")

_ALLOWED = (
    ast.Module, ast.FunctionDef, ast.arguments, ast.arg, ast.Assign, ast.Return, ast.Expr, ast.Constant,
    ast.Name, ast.Load, ast.Store, ast.Call, ast.keyword, ast.Attribute, ast.Subscript, ast.Slice, ast.Tuple,
    ast.Dict, ast.BinOp, ast.UnaryOp, ast.Compare, ast.operator, ast.unaryop, ast.cmpop,
)  # fmt: skip


def audit(text: str, names: frozenset[str]) -> ast.Module:
    """The syntax tree of generated source, if it holds nothing but array arithmetic.

    Raises:
        InternalError: it holds anything else; then derivlab's printer is wrong.
    """
    tree = ast.parse(text)
    assigned = {
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    assigned |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    for node in ast.walk(tree):
        if not isinstance(node, _ALLOWED):
            raise InternalError(f"generated source holds {type(node).__name__}")
        if isinstance(node, ast.Attribute) and node.attr.startswith("_"):
            raise InternalError(f"generated source reads the attribute {node.attr}")
        if isinstance(node, ast.Name) and node.id not in assigned | names:
            raise InternalError(f"generated source uses the unknown name {node.id}")
    return tree


def with_imports(text: str, backend: Backend) -> str:
    """Generated source below the imports that it needs, as a file of its own."""
    called = {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}
    lines = [
        line for line, name in (("import math", "math"), (backend.header, backend.module)) if name in called
    ]
    helpers = ", ".join(name for name in HELPERS if name in called)
    if helpers:
        lines += ["", f"from {backend.helpers} import {helpers}"]
    return "\n".join([*lines, "", "", text]).lstrip("\n")


def load(source: Source, backend: Backend) -> Callable[..., dict[str, Any]]:
    """The function that audited source defines."""
    scope = _globals(backend)
    tree = audit(source.text, frozenset(scope))
    # The one place where derivlab runs text: its own, audited just above.
    exec(compile(tree, f"<derivlab {source.name}>", "exec"), scope)  # noqa: S102
    function: Callable[..., dict[str, Any]] = scope[source.name]
    return function


def _globals(backend: Backend) -> dict[str, Any]:
    # NumPy imports parts of itself on first use, through the builtins of the frame that calls it; the
    # audited source has no import statement and cannot name this.
    scope: dict[str, Any] = {"__builtins__": {"__import__": __import__}, "math": math}
    if backend.name == "torch":
        import torch

        scope["torch"] = torch
    else:
        import numpy

        scope["np"] = numpy
    return {**scope, **_named(import_module(backend.helpers))}


def _named(module: Any) -> dict[str, Any]:
    """The functions of a module that generated source may call."""
    return {name: getattr(module, name) for name in HELPERS if hasattr(module, name)}
