"""Names the likely mistake of a refuted claim: the smallest edit that makes it provable.

A diagnosis is shown only if the repaired claim is proved. Candidates are compared with the true side at
a few points first, so that only what is very likely right is sent to the proof.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice

from sympy import Expr, Symbol

from derivlab.diagnosis import fallbacks
from derivlab.diagnosis.chainrule import is_inner_derivative
from derivlab.diagnosis.edits import Edit
from derivlab.diagnosis.kinds import KINDS
from derivlab.diagnosis.messages import Audience, message, sentences
from derivlab.diagnosis.render import new_text, quoted, repaired_text
from derivlab.diagnosis.situation import Situation, situation
from derivlab.diagnosis.sympy_claims import stated
from derivlab.diagnosis.transcribe import Transcriber, UntranscribableError
from derivlab.diagnosis.tree import number, plus, times
from derivlab.errors import DerivlabError
from derivlab.notation import StatedClaim, plain_text, syntax
from derivlab.notation.printer import to_latex
from derivlab.notation.syntax import Node
from derivlab.proof.claim import Claim

MAX_PROOFS = 25


@dataclass(frozen=True)
class Diagnosis:
    """What is likely wrong with a claim.

    Attributes:
        kind: the error kind, e.g. "missing factor".
        repair: the side that is proved, as LaTeX in the author's notation.
        where: the piece of the written side that is wrong, as it is written.
        detail: what is missing, too much or expected, as LaTeX.
        assumption: an equation that the claim needs, where that is what is missing.
        span: the offsets of `where` in the source; None where it does not stand there in one piece.
        repaired: the repair as SymPy, in the indices of the claim.
        parts: the single mistakes, where there are several.
    """

    kind: str
    repair: str
    where: str
    detail: str = ""
    assumption: str = ""
    span: tuple[int, int] | None = None
    repaired: Expr | None = None
    parts: tuple[Diagnosis, ...] = ()

    def message(self, audience: Audience = "student", level: int = 2, language: str | None = None) -> str:
        """The sentence for a student or an instructor; hints come in levels 1 (where) to 3 (rule)."""
        return message(self, audience, level, language)

    def rule(self, language: str | None = None) -> str:
        """The rule that helps, with its statement."""
        return sentences(self.kind, language).rule.format()

    def hints(self, language: str | None = None) -> tuple[str, str, str]:
        """What a student is told, from mild to plain."""
        one, two, three = (self.message("student", level, language) for level in (1, 2, 3))
        return one, two, three


def diagnose(claim: Claim) -> Diagnosis | None:
    """The likely mistake of a refuted claim in SymPy, or None where no small edit repairs it.

    Example:
        >>> from derivlab.symbols import Context, Partial, scalar
        >>> x = scalar("x")
        >>> found = diagnose(Claim(Partial(x**3, x), x**2, Context.of(x)))
        >>> found.kind, found.repair
        ('missing factor', '3 x^{2}')
    """
    written = stated(claim)
    return None if written is None else diagnose_stated(written)


def diagnose_stated(claim: StatedClaim) -> Diagnosis | None:
    """The likely mistake of a refuted claim of a document, with the place of the wrong piece."""
    try:
        at = situation(claim)
        return None if at is None else _searched(at)
    except (DerivlabError, RecursionError, LookupError, TypeError, ValueError):
        return None  # SymPy refuses some odd candidates: a diagnosis is a courtesy, and the verdict stands


def _searched(at: Situation) -> Diagnosis | None:
    if at.present is not None and at.agrees(at.present):
        return None  # nothing tells the two sides apart at these points
    needed = _assumption(at, fallbacks.sums_to_one)
    if needed is not None:
        return needed
    for edit, claim in islice(_agreeing(at), MAX_PROOFS):
        if at.proves(claim):
            return _of_edit(at, edit, claim)
    return _fallback(at) or _assumption(at, fallbacks.zero_or_one)


def _agreeing(at: Situation) -> Iterator[tuple[Edit, StatedClaim]]:
    """Edits that have the true value at every point, with what they are read as."""
    for kind in KINDS:
        for edit in kind.repairs(at):
            claim = at.candidate(edit.repaired)
            if claim is not None and at.agrees(claim):
                yield edit, claim


def _of_edit(at: Situation, edit: Edit, claim: StatedClaim) -> Diagnosis:
    repair = repaired_text(at, claim, edit.repaired)
    parts = tuple(_part(at, part, repair) for part in edit.parts)
    return Diagnosis(
        _named(at, edit),
        repair,
        quoted(at, edit.where),
        "" if edit.detail is None else new_text(at, edit.detail),
        span=_span(edit.where),
        repaired=claim.right,
        parts=parts,
    )


def _part(at: Situation, edit: Edit, repair: str) -> Diagnosis:
    detail = "" if edit.detail is None else new_text(at, edit.detail)
    return Diagnosis(_named(at, edit), repair, quoted(at, edit.where), detail, span=_span(edit.where))


def _named(at: Situation, edit: Edit) -> str:
    """A missing factor that is the derivative of something inside is the chain rule's."""
    if edit.kind == "missing factor" and edit.missing is not None and is_inner_derivative(at, edit.missing):
        return "forgotten chain-rule factor"
    return edit.kind


def _span(node: Node) -> tuple[int, int] | None:
    return (node.start, node.end) if node.end > node.start else None


def _assumption(at: Situation, candidates: fallbacks.Candidates) -> Diagnosis | None:
    """An assumption under which the claim is proved as it stands."""
    needed = None if at.present is None else fallbacks.assumption(at, at.present, candidates)
    if needed is None:
        return None
    transcriber = Transcriber(at.origin.scope, {})
    try:
        equation = syntax.Chain((transcriber.node(needed.left), transcriber.node(needed.right)), ("=",))
        text = to_latex(equation)
    except UntranscribableError:
        text = f"{plain_text(needed.left)} = {plain_text(needed.right)}"
    side = quoted(at, at.written)
    right = None if at.present is None else at.present.right
    return Diagnosis("assumption needed", side, side, assumption=text, span=_span(at.written), repaired=right)


def _fallback(at: Situation) -> Diagnosis | None:
    """A linear relation with the true side, or the sizes at which the claim is true."""
    if at.present is None:
        return None
    fit = fallbacks.linear_fit(at)
    if fit is not None:
        slope, offset = fit
        node = times(_ratio(slope.numerator, slope.denominator), at.written) if slope != 1 else at.written
        if offset:
            node = plus(node, _ratio(abs(offset.numerator), offset.denominator), "+" if offset > 0 else "-")
        claim = at.candidate(node)
        if claim is not None and at.proves(claim):
            return _of_edit(at, _fitted(at, node, slope, offset), claim)
    case = fallbacks.one_case(at, at.present)
    if case is not None:
        return _with_true_side(at, "one case for all", rf"\delta_{{{case[0]} {case[1]}}}")
    size = fallbacks.only_at_size(at, at.present)
    if size is not None:
        return _with_true_side(at, "true only at a size", f"{size[0]} = {size[1]}")
    return None


def _with_true_side(at: Situation, kind: str, detail: str) -> Diagnosis | None:
    """A mistake that no edit undoes: the repair is the true side as derivlab writes it, if that is proved."""
    letters: dict[Symbol, str | None] = {symbol: symbol.name for symbol in at.free}
    letters.update(dict.fromkeys(at.axes, None))
    try:
        node = Transcriber(at.origin.scope, letters).node(at.truth)
    except UntranscribableError:
        return None
    claim = at.candidate(node)
    if claim is None or not at.proves(claim):
        return None
    return Diagnosis(
        kind,
        repaired_text(at, claim, node),
        quoted(at, at.written),
        detail,
        span=_span(at.written),
        repaired=claim.right,
    )


def _fitted(at: Situation, node: Node, slope: Fraction, offset: Fraction) -> Edit:
    """A number that is missing or too much, or a linear relation."""
    if offset and slope == 1:
        return Edit("missing term", node, at.written, _ratio(offset.numerator, offset.denominator))
    if offset:
        return Edit("linear relation", node, at.written, node)
    if abs(slope) < 1:
        return Edit("extra factor", node, at.written, _ratio(slope.denominator, slope.numerator))
    return Edit("missing factor", node, at.written, _ratio(slope.numerator, slope.denominator))


def _ratio(above: int, below: int) -> Node:
    if below == 1:
        return number(above)
    made: Node = syntax.Fraction(number(abs(above)), number(below))
    return made if above > 0 else syntax.Sum(("-",), (made,))
