"""The softmax function: shift invariance and Jacobian."""

from __future__ import annotations

from sympy import Integer, exp

from derivlab.models.model import Model, ModelClaim, Wrong
from derivlab.symbols import Context, Definition, Partial, delta, dimension, indices, scalar, total, vector

K = dimension("K")
i, j, k = indices("i j k")
z, c = vector("z", K), scalar("c")

P = Definition("p", exp(z[i]) / total(exp(z[k]), k, K), (i,), (K,))
p = P.node
shifted = exp(z[i] + c) / total(exp(z[k] + c), k, K)

SOFTMAX = Model(
    name="softmax",
    title="The softmax function",
    summary="Adding a constant to all logits changes nothing; each probability depends on all logits.",
    context=Context.of(z, c, define=[P]),
    objective="p",
    gradients=("z",),
    claims=(
        ModelClaim(
            "shift invariance",
            shifted,
            p[i],
            wrong=(
                Wrong("shift added outside", p[i] + c),
                Wrong("factor e^c", exp(c) * p[i]),
            ),
        ),
        ModelClaim("entries sum to one", total(p[i], i, K), Integer(1), wrong=(Wrong("size", K),)),
        ModelClaim(
            "Jacobian",
            Partial(p[i], z[j]),
            p[i] * (delta(i, j) - p[j]),
            kind="jacobian",
            wrong=(
                Wrong("diagonal case for all entries", p[i] * (1 - p[j])),
                Wrong("sign", p[i] * (p[j] - delta(i, j))),
                Wrong("missing delta", -p[i] * p[j]),
            ),
        ),
    ),
    references={"p": lambda torch, v: torch.softmax(v["z"], 0)},
)
