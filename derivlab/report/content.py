"""What a report says, as frozen data: filled by `collect` from results, set by `document`.

Expressions are SymPy, text is plain text; nothing here is LaTeX, so nothing can inject any.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from sympy import Expr, Symbol

from derivlab.report.accuracy import Accuracy
from derivlab.report.graph.model import Graph
from derivlab.symbols import Context


@dataclass(frozen=True)
class Formula:
    """A formula in running text, or on a line of its own if `display`; `relation` is a LaTeX name."""

    left: Expr
    right: Expr | None = None
    relation: str = "="
    display: bool = False


@dataclass(frozen=True)
class Value:
    """A name with an exact value in running text, as `x = (1/5, -1)`; the value alone without a name."""

    name: str
    text: str


Prose = tuple["str | Formula | Value", ...]


@dataclass(frozen=True)
class Remark:
    """A subsection in words and formulas, each paragraph a sequence of text and formulas."""

    heading: str
    paragraphs: tuple[Prose, ...]
    context: Context = field(default_factory=Context)


@dataclass(frozen=True)
class DerivationStep:
    """One rewriting: `before` = `after` by `rule`, and the sentence that says why it may be done.

    `statement` is the rule itself in LaTeX, from derivlab's own table of rules.
    """

    rule: str
    reason: str
    before: Expr
    after: Expr
    statement: str = ""


@dataclass(frozen=True)
class Derivation:
    """The derivative of `objective` by the entry `by`, step by step, up to `closed_form`.

    A lemma is a smaller result that later derivations use. `indices` are the free indices of
    `closed_form` in the order of the axes of the derivative.
    """

    objective: Expr
    by: Expr
    closed_form: Expr
    steps: tuple[DerivationStep, ...] = ()
    context: Context = field(default_factory=Context)
    indices: tuple[Symbol, ...] = ()
    lemma: bool = False


@dataclass(frozen=True)
class Counterexample:
    """Names and values at which the two sides differ, and both sides there."""

    values: tuple[tuple[str, str], ...]
    left: str
    right: str


@dataclass(frozen=True)
class ClaimRow:
    """One claim and what became of it.

    Attributes:
        name: short, in words.
        verdict: 'proved', 'refuted' or 'undecided'.
        left, right: the two sides; None for a claim that is no equation (convexity).
        expected: the verdict that this claim should get.
        control: whether it is a wrong variant, there to be refuted.
        sizes: names of the sizes that it is proved for, each at least 1.
        side_conditions: what the verdict rests on.
        certificate: what the proof of an inequality consists of.
        counterexample: of a refutation.
        reason: of an undecided claim.
        error, points: largest relative difference from autograd over so many inputs, or None.
        seconds: time of the decision.
        theorem: the name of the Coq theorem that says the claim, if there is one.
        accepted: whether Coq's kernel has accepted it on this machine.
    """

    name: str
    verdict: str
    left: Expr | None = None
    right: Expr | None = None
    expected: str = "proved"
    control: bool = False
    sizes: tuple[str, ...] = ()
    side_conditions: tuple[str, ...] = ()
    certificate: tuple[str, ...] = ()
    counterexample: Counterexample | None = None
    reason: str = ""
    error: float | None = None
    points: int = 0
    seconds: float | None = None
    theorem: str = ""
    accepted: bool = False
    context: Context = field(default_factory=Context)

    @property
    def holds(self) -> bool:
        """Whether the verdict is the expected one."""
        return self.verdict == self.expected


@dataclass(frozen=True)
class ModelSection:
    """Everything that is said about one model.

    `steps_proved` of `steps` rewriting steps of its derivations were proved, each by itself. `accuracy`
    holds the gradient against exact values, in single precision at growing logits.
    """

    name: str
    title: str
    summary: str
    context: Context
    derivations: tuple[Derivation, ...] = ()
    claims: tuple[ClaimRow, ...] = ()
    remarks: tuple[Remark, ...] = ()
    graph: Graph | None = None
    steps_proved: int = 0
    steps: int = 0
    accuracy: tuple[Accuracy, ...] = ()

    @property
    def statements(self) -> tuple[ClaimRow, ...]:
        """What is claimed."""
        return tuple(row for row in self.claims if not row.control)

    @property
    def controls(self) -> tuple[ClaimRow, ...]:
        """The wrong variants that should be refuted."""
        return tuple(row for row in self.claims if row.control)

    @property
    def worst_error(self) -> float | None:
        """The largest relative difference from autograd over all claims."""
        errors = [row.error for row in self.claims if row.error is not None]
        return max(errors, default=None)


@dataclass(frozen=True)
class Curves:
    """Losses against iterations; `train` at each recorded iteration, `test` at some."""

    train_iterations: Sequence[int]
    train_loss: Sequence[float]
    test_iterations: Sequence[int]
    test_loss: Sequence[float]


@dataclass(frozen=True)
class Digit:
    """A misread test image: its 28 × 28 pixels in [0, 1], what it is, what was read and how surely."""

    pixels: NDArray[np.float64]
    label: int
    predicted: int
    probability: float | None = None


@dataclass(frozen=True)
class NetworkSection:
    """The trained network: sizes, settings, curves, and what it gets wrong.

    Attributes:
        sizes: width of each layer, input first.
        settings: (name, value) pairs of the training, in words.
        confusion: entry (i, j) counts test images of class i read as class j.
        gradient_check: largest relative difference of the backward pass from autograd, or None.
    """

    sizes: tuple[int, ...]
    settings: tuple[tuple[str, str], ...]
    curves: Curves
    test_accuracy: float
    confusion: NDArray[np.int64]
    misclassified: tuple[Digit, ...] = ()
    activation: str = "relu"
    seconds: float | None = None
    gradient_check: float | None = None
    backpropagation: Remark | None = None
    graph: Graph | None = None


@dataclass(frozen=True)
class ReportContent:
    """The whole report."""

    title: str
    models: tuple[ModelSection, ...]
    network: NetworkSection | None = None
    environment: tuple[tuple[str, str], ...] = ()
    checksums: tuple[tuple[str, str], ...] = ()
    command: str = ""
    subtitle: str = ""
