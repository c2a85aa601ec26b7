"""Single equations and expressions in LaTeX, outside a document."""

from __future__ import annotations

from collections.abc import Sequence

from derivlab.errors import UnreadableError, UsageError
from derivlab.notation.documents import read_text
from derivlab.notation.statements.model import Document, StatedClaim
from derivlab.symbols import Partial

OBJECTIVES = ("J", "L", "F", r"\mathcal{J}", r"\mathcal{L}")


def read_equation(
    equation: str, given: Sequence[str] = (), assume: Sequence[str] = (), define: Sequence[str] = ()
) -> StatedClaim:
    r"""One claim in LaTeX, with the declarations that it needs.

    Args:
        equation: left = right.
        given: declarations, such as `z \in \mathbb{R}^K`.
        assume: equations taken as true, such as `\sum_k y_k = 1`.
        define: definitions, in order.

    Raises:
        UnreadableError: the first thing that is not read, with its place in what was given.

    Example:
        >>> read_equation(r"\sum_k z_k = \mathbf{1}^\top z", [r"z \in \mathbb{R}^K"]).reading
        'Σ_{k=1..K}(z[k]) = Σ_{k_2=1..K}(z[k_2])'
    """
    document = read_text(_preamble(given, assume, define) + f"$$ {equation} $$\n")
    _raise_first(document)
    if len(document.claims) != 1:
        raise UsageError(f"{equation!r} is read as {len(document.claims)} claims, and one is asked for")
    return document.claims[0]


def read_derivative(
    objective: str,
    by: str,
    given: Sequence[str] = (),
    assume: Sequence[str] = (),
    define: Sequence[str] = (),
) -> StatedClaim:
    r"""∂(objective)/∂(by), entry by entry, as the left side of a claim whose context has what is given.

    Example:
        >>> read_derivative(r"\|w\|^2", "w", [r"w \in \mathbb{R}^d"]).left
        Partial(J, w[i])
    """
    written = " ".join((objective, by, *given, *assume, *define))
    name = next((name for name in OBJECTIVES if name not in written), None)
    if name is None:
        raise UsageError(f"the names {', '.join(OBJECTIVES)} are all taken; leave one for the objective")
    defined = (*define, f"{name} = {objective}")
    derivative = rf"\frac{{\partial {name}}}{{\partial {by}}}"
    claim = read_equation(f"{derivative} = {derivative}", given, assume, defined)
    if not isinstance(claim.left, Partial):
        raise UsageError(f"{by!r} is not something that a derivative is taken by")
    return claim


def _preamble(given: Sequence[str], assume: Sequence[str], define: Sequence[str]) -> str:
    text = "".join(f"Let ${one}$.\n\n" for one in given)
    text += "".join(f"Let $${one}$$\n\n" for one in define)
    return text + "".join(f"Assume ${one}$.\n\n" for one in assume)


def _raise_first(document: Document) -> None:
    if document.errors:
        error: UnreadableError = document.errors[0].error
        raise error
