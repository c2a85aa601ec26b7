"""The table of error kinds: how each is tried. One entry a search; the sentences are in the catalogue.

An entry yields repairs of the written side; `diagnose` keeps the first that is proved. The order is that
of likelihood: the simplest mistake that explains the claim is named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from derivlab.diagnosis import adding, chainsums, combined, indexing, powers, scaling, shapes
from derivlab.diagnosis.edits import Edit
from derivlab.diagnosis.situation import Situation


@dataclass(frozen=True)
class ErrorKind:
    """One way to look for a mistake.

    Attributes:
        names: the kinds of error that it finds.
        repairs: the edits to try, likeliest first.
    """

    names: tuple[str, ...]
    repairs: Callable[[Situation], Iterator[Edit]]


KINDS: tuple[ErrorKind, ...] = (
    ErrorKind(("sign of the whole",), scaling.sign_whole),
    ErrorKind(("missing sum",), indexing.unbound_letter),
    ErrorKind(("swapped indices", "wrong index"), indexing.swapped),
    ErrorKind(("sign of a term", "sign in an exponent", "sign in brackets"), scaling.sign_of_piece),
    ErrorKind(("transposed",), shapes.transposed),
    ErrorKind(("one case for all",), scaling.one_case),
    ErrorKind(("derivative of an exponential",), powers.exponential),
    ErrorKind(("extra term",), adding.extra_term),
    ErrorKind(("extra factor",), adding.extra_factor),
    ErrorKind(("wrong exponent", "derivative of a quotient"), powers.wrong_exponent),
    ErrorKind(("wrong index",), indexing.derivative_index),
    ErrorKind(("missing factor",), scaling.missing_factor),
    ErrorKind(("forgotten chain-rule factor",), scaling.chain_factor),
    ErrorKind(("missing term",), adding.missing_term),
    ErrorKind(("transposed",), indexing.turned_entry),
    ErrorKind(("wrong index",), indexing.wrong_index),
    ErrorKind(("wrong index",), indexing.squared_index),
    ErrorKind(("derivative of a logarithm",), powers.upside_down),
    ErrorKind(("derivative of a function",), powers.function_left),
    ErrorKind(("wrong bound",), indexing.bounds),
    ErrorKind(("missing sum",), indexing.missing_sum),
    ErrorKind(("missing sum",), chainsums.through_one_entry),
    ErrorKind(("sum too much",), indexing.extra_sum),
    ErrorKind(("products mixed",), shapes.products),
    ErrorKind(("missing factor",), shapes.identity),
    ErrorKind(("order of a product", "wrong shape"), shapes.order),
    ErrorKind(("wrong name",), indexing.wrong_name),
    ErrorKind(("missing term",), adding.difference),
    ErrorKind(("several mistakes",), combined.two_edits),
)
