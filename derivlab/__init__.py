"""pytest for derivations: derive a gradient, prove it for all sizes, check it against autograd.

The public names below are loaded when they are first used, so that `import derivlab` costs a few
milliseconds: SymPy, torch and matplotlib are imported by what needs them.

>>> import derivlab
>>> "gradient" in dir(derivlab)
True
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from derivlab.calculus import gradient as gradient
    from derivlab.models import MODELS as MODELS
    from derivlab.proof import Claim as Claim
    from derivlab.proof import prove_equal as prove_equal
    from derivlab.proof import verify as verify
    from derivlab.symbols import Context as Context
    from derivlab.symbols import Definition as Definition
    from derivlab.symbols import Partial as Partial
    from derivlab.symbols import dimension as dimension
    from derivlab.symbols import index as index
    from derivlab.symbols import matrix as matrix
    from derivlab.symbols import scalar as scalar
    from derivlab.symbols import total as total
    from derivlab.symbols import vector as vector

__version__ = "0.1.0"

# Public name -> the module that defines it.
_HOME = {
    "gradient": "derivlab.calculus",
    "verify": "derivlab.proof",
    "prove_equal": "derivlab.proof",
    "Claim": "derivlab.proof",
    "MODELS": "derivlab.models",
    "Context": "derivlab.symbols",
    "Definition": "derivlab.symbols",
    "Partial": "derivlab.symbols",
    "dimension": "derivlab.symbols",
    "index": "derivlab.symbols",
    "vector": "derivlab.symbols",
    "matrix": "derivlab.symbols",
    "scalar": "derivlab.symbols",
    "total": "derivlab.symbols",
}

__all__ = [
    "MODELS",
    "Claim",
    "Context",
    "Definition",
    "Partial",
    "__version__",
    "dimension",
    "gradient",
    "index",
    "matrix",
    "prove_equal",
    "scalar",
    "total",
    "vector",
    "verify",
]


def __getattr__(name: str) -> Any:
    """Load a public name from its module on first use, and keep it."""
    if name not in _HOME:
        raise AttributeError(f"module 'derivlab' has no attribute {name!r}")
    home = import_module(_HOME[name])
    if name == "gradient":
        home.Gradient.compiler = _compile
    value = globals()[name] = getattr(home, name)
    return value


def _compile(gradient: Any, backend: str, **options: Any) -> Any:
    """What `Gradient.compile` does; the compiler is imported when it is first used."""
    return import_module("derivlab.compile").compile_gradient(gradient, backend, **options)


def load_ipython_extension(shell: Any) -> None:
    """`%load_ext derivlab` in a notebook: the cell magic `%%derivlab`."""
    import_module("derivlab.notebook").load_ipython_extension(shell)


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})
