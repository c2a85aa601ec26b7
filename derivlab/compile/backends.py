"""How each backend writes an array operation. A backend is one entry of `BACKENDS`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

_SAME = {name: name for name in ("exp log log1p expm1 sqrt abs sign sinh cosh tanh sin cos tan").split()}


@dataclass(frozen=True)
class Backend:
    """The spelling of one array library.

    Attributes:
        name: as the caller asks for it.
        module: the name of the library in generated code.
        header: the import that generated code starts with.
        helpers: the module of the functions that generated code calls by name.
        axis: the keyword of a reduction's axes.
        functions: elementwise functions by the names of `derivlab.compile.elementary`.
        methods: reductions, as methods of an array.
        templates: the few operations that are written differently; `{}` takes the arguments.
    """

    name: str
    module: str
    header: str
    helpers: str
    axis: str
    functions: Mapping[str, str]
    methods: Mapping[str, str]
    templates: Mapping[str, str]


NUMPY = Backend(
    name="numpy",
    module="np",
    header="import numpy as np",
    helpers="derivlab.compile.special",
    axis="axis",
    functions={
        **_SAME,
        "arcsin": "arcsin",
        "arccos": "arccos",
        "arctan": "arctan",
        "where": "where",
        "maximum": "maximum",
        "minimum": "minimum",
    },
    methods={"sum": "sum", "max": "max"},
    templates={
        "erf": "erf({})",
        "accurate_exp": "rounded_exp({})",
        "exp_of_difference": "exp_of_difference({})",
        "sum_without_largest": "sum_without_largest({}, axis={})",
        "cast": "{}.astype(dtype)",
        "cast_scalar": "np.asarray({}, dtype=dtype)",
        "arange": "np.arange({})",
        "positions": "np.arange(1, {} + 1, dtype=dtype)",
        "permute": "np.transpose({}, {})",
        "expand": "np.broadcast_to({}, {})",
        "copy": "{}.copy()",
        "einsum": "np.einsum({!r}, {}, {}, optimize=True)",
        "full": "np.full({}, {}, dtype=dtype)",
    },
)

TORCH = Backend(
    name="torch",
    module="torch",
    header="import torch",
    helpers="derivlab.compile.special_torch",
    axis="dim",
    functions={
        **_SAME,
        "arcsin": "asin",
        "arccos": "acos",
        "arctan": "atan",
        "erf": "erf",
        "where": "where",
        "maximum": "maximum",
        "minimum": "minimum",
    },
    methods={"sum": "sum", "max": "amax"},
    templates={
        "accurate_exp": "torch.exp({})",
        "exp_of_difference": "exp_of_difference({})",
        "sum_without_largest": "sum_without_largest({}, dim={})",
        "log_softmax": "torch.log_softmax({}, dim={})",
        "cast": "{}.to(dtype)",
        "cast_scalar": "torch.as_tensor({}, dtype=dtype, device=device)",
        "arange": "torch.arange({}, device=device)",
        "positions": "torch.arange(1, {} + 1, dtype=dtype, device=device)",
        "permute": "{}.permute({})",
        "expand": "{}.expand({})",
        "copy": "{}.clone()",
        "einsum": "torch.einsum({!r}, {}, {})",
        "full": "torch.full({}, {}, dtype=dtype, device=device)",
    },
)

BACKENDS: dict[str, Backend] = {backend.name: backend for backend in (NUMPY, TORCH)}
