"""From results to content: what was derived, proved, measured and trained, put in the report's order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from sympy import Expr, Indexed

from derivlab.calculus import RULES, Gradient, Step, gradient
from derivlab.calculus.derivation import Derivation as Derived
from derivlab.certificates.convexity import Convexity
from derivlab.certificates.status import CHECKED, CertificateStatus, certificate_status
from derivlab.models import Model
from derivlab.proof import Claim, Proved, Refuted, Undecided, Verdict
from derivlab.proof.verdict import show
from derivlab.report import wording
from derivlab.report.accuracy import accuracy
from derivlab.report.breaking import width
from derivlab.report.content import (
    ClaimRow,
    Counterexample,
    Derivation,
    DerivationStep,
    ModelSection,
    ReportContent,
)
from derivlab.report.graph.build import Adjoint, model_graph
from derivlab.report.graph.model import Graph
from derivlab.report.printer import latex
from derivlab.report.remarks import model_remarks
from derivlab.symbols import Context, free_symbols, head_name, index, substitute
from derivlab.verification import Control, ModelReport, Row

if TYPE_CHECKING:
    from derivlab.network import TrainingResult

CAPTION = (
    "Values flow forward along the solid lines, the derivative of the objective back along the dashed ones. "
    "At each quantity stand the formula that computes it and the derivative by it."
)
WIDEST_ADJOINT = 10.0  # em; a longer formula under a node of a graph tells a reader nothing
_STATEMENTS = frozenset(rule.latex for rule in RULES)


def collect(
    reports: Sequence[ModelReport],
    training: TrainingResult | None = None,
    *,
    title: str = "",
    command: str = "",
) -> ReportContent:
    """The content of the whole report from the models' reports and, if there is one, a training run."""
    from derivlab.report.environment import checksums, environment
    from derivlab.report.training import network_section

    sections = tuple(model_section(report) for report in reports)
    return ReportContent(
        title=title or wording.TITLE,
        subtitle=wording.SUBTITLE,
        models=sections,
        network=None if training is None else network_section(training, sections),
        environment=environment(),
        checksums=() if training is None else checksums(),
        command=command,
    )


def model_section(report: ModelReport, *, timed: bool = True) -> ModelSection:
    """One model: its derivations with their lemmas, its claims (with times if `timed`), and its graph."""
    model = report.model
    derivations = tuple(_derivations(report.gradients))
    return ModelSection(
        name=model.name,
        title=model.title,
        summary=model.summary,
        context=model.context,
        derivations=derivations,
        claims=tuple(row if timed else replace(row, seconds=None, accepted=False) for row in _claims(report)),
        remarks=model_remarks(report),
        graph=graph_of_model(model, report.gradients),
        steps_proved=report.steps_proved,
        steps=report.steps,
        accuracy=accuracy(model.name),
    )


def _derivations(gradients: Sequence[Gradient]) -> Iterator[Derivation]:
    """Each gradient after the lemmas that it uses; what was derived once is not derived again."""
    done = {_key(found.objective, found.by) for found in gradients}
    for found in gradients:
        for lemma in _lemmas(found):
            key = _key(lemma.objective, lemma.by)
            if key not in done:
                done.add(key)
                yield _lemma(lemma, found.context)
        yield Derivation(
            found.objective,
            found.by,
            found.closed_form,
            tuple(map(_step, found.steps)),
            found.context,
            _axes(found.objective) + found.indices,
        )


def _lemma(lemma: Derived, context: Context) -> Derivation:
    """A lemma with friendly index letters: its free indices may be called k_1."""
    free = free_symbols(lemma.objective) | free_symbols(lemma.by)
    taken = {symbol.name for symbol in free}
    letters: dict[Expr, Expr] = {}
    for symbol in sorted(free, key=lambda symbol: symbol.name):
        if "_" in symbol.name and symbol.is_integer:
            letter = next(name for name in "klmnpqrst" if name not in taken)
            taken.add(letter)
            letters[symbol] = index(letter)

    def renamed(expr: Expr) -> Expr:
        return substitute(expr, letters)

    steps = tuple(
        replace(step, before=renamed(step.before), after=renamed(step.after)) for step in lemma.steps
    )
    return Derivation(
        renamed(lemma.objective),
        renamed(lemma.by),
        renamed(lemma.closed_form),
        tuple(map(_step, steps)),
        context,
        lemma=True,
    )


def _lemmas(found: Gradient | Derived) -> Iterator[Derived]:
    """Lemmas of lemmas first."""
    for lemma in found.lemmas:
        yield from _lemmas(lemma)
        yield lemma


def _key(objective: Expr, by: Expr) -> tuple[str, str]:
    return head_name(objective), head_name(by)


def _axes(entry: Expr) -> tuple[Expr, ...]:
    return tuple(entry.indices) if isinstance(entry, Indexed) else ()


def _step(step: Step) -> DerivationStep:
    statement = step.latex if step.latex in _STATEMENTS else ""
    return DerivationStep(step.rule, step.reason, step.before, step.after, statement)


def _claims(report: ModelReport) -> Iterator[ClaimRow]:
    context = report.model.context
    for row in report.rows:
        yield _claim(row, report.model)
        for control in row.controls:
            yield _control(row, control, context)


def _claim(row: Row, model: Model) -> ClaimRow:
    status, context = _certificate(row, model), model.context
    return ClaimRow(
        name=row.claim,
        verdict=row.verdict.verdict,
        left=row.left,
        right=row.right,
        expected=row.expected,
        sizes=row.sizes,
        side_conditions=row.side_conditions,
        certificate=row.verdict.certificate if isinstance(row.verdict, Proved) else (),
        counterexample=_counterexample(row.verdict),
        reason=_reason(row.verdict),
        error=row.error,
        points=row.points,
        seconds=row.seconds,
        theorem=status.theorem,
        accepted=status.state == CHECKED,
        context=context,
    )


def _certificate(row: Row, model: Model) -> CertificateStatus:
    """The Coq theorem of an equation, or of what is said of convexity."""
    if row.left is not None and row.right is not None:
        return certificate_status(Claim(row.left, row.right, model.context, row.claim), row.verdict)
    (claim,) = (claim for claim in model.convexity if claim.name == row.claim)
    convexity = Convexity(claim.objective, claim.by, claim.context, claim.name)
    return certificate_status(convexity, row.verdict)


def _control(row: Row, control: Control, context: Context) -> ClaimRow:
    return ClaimRow(
        name=f"{row.claim}: {control.mistake}",
        verdict=control.verdict.verdict,
        left=row.left,
        right=control.right,
        expected="refuted",
        control=True,
        counterexample=_counterexample(control.verdict),
        reason=_reason(control.verdict),
        context=context,
    )


def _counterexample(verdict: Verdict) -> Counterexample | None:
    if not isinstance(verdict, Refuted):
        return None
    witness = verdict.witness
    integers = {**witness.sizes, **witness.indices}
    values = [(name, str(value)) for name, value in integers.items()]
    values += [(name, show(value)) for name, value in witness.values.items()]
    return Counterexample(tuple(values), witness.left, witness.right)


def _reason(verdict: Verdict) -> str:
    return verdict.reason if isinstance(verdict, Undecided) else ""


def graph_of_model(model: Model, gradients: Sequence[Gradient] | None = None) -> Graph | None:
    """The graph of a scalar objective; None for a model without one, since nothing flows back.

    `gradients` are those of `model.gradients`; they are derived if not given.
    """
    context, definition = model.context, model.context.definition(model.objective)
    if definition is None or definition.shape:
        return None
    if gradients is None:
        gradients = [gradient(definition.head, name, context) for name in model.gradients]
    adjoints = {head_name(found.by): Adjoint(found.closed_form, found.indices) for found in gradients}
    parameters = [name for name in adjoints if context.definition(name) is None]
    for inner in context.definitions:
        if inner.name not in adjoints and inner.name in context.defined_from(model.objective):
            found = gradient(definition.head, inner.name, context)
            shown = width(latex(found.closed_form, context)) < WIDEST_ADJOINT
            adjoints[inner.name] = Adjoint(found.closed_form, found.indices, shown)
    return model_graph(context, model.objective, adjoints, parameters, CAPTION)
