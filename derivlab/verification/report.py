"""What `derivlab verify` found, as data."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr

from derivlab.calculus import Gradient
from derivlab.models import Model
from derivlab.proof import Proved, Refuted, Verdict


@dataclass(frozen=True)
class Control:
    """A wrong variant of a claim, which must be refuted."""

    mistake: str
    right: Expr
    verdict: Verdict

    @property
    def holds(self) -> bool:
        """Whether it was refuted, as it must be."""
        return isinstance(self.verdict, Refuted)


@dataclass(frozen=True)
class Row:
    """One claim of a model.

    Attributes:
        claim: its name; `statement` is it in plain text.
        left, right: both sides (None for a statement of convexity).
        kind: "identity", "gradient", "jacobian", "hessian", "update" or "convexity".
        verdict: what was decided; `expected` is what must be.
        sizes: names of the sizes that it holds for, each >= 1.
        error: the largest error of the compiled gradient against torch autograd in float64,
            relative to the largest entry; None where there is no derivative.
        points: how many random inputs that is over.
        seconds: how long the proof took.
        controls: wrong variants.
    """

    claim: str
    statement: str
    kind: str
    verdict: Verdict
    expected: str
    sizes: tuple[str, ...]
    seconds: float
    left: Expr | None = None
    right: Expr | None = None
    error: float | None = None
    points: int = 0
    controls: tuple[Control, ...] = ()

    @property
    def holds(self) -> bool:
        """Verdict as expected, every control refuted, autograd agrees."""
        agrees = self.error is None or self.error <= TOLERANCE
        return self.verdict.verdict == self.expected and agrees and all(c.holds for c in self.controls)

    @property
    def side_conditions(self) -> tuple[str, ...]:
        """Definedness conditions beyond the declared domains."""
        return self.verdict.side_conditions if isinstance(self.verdict, Proved) else ()


@dataclass(frozen=True)
class ModelReport:
    """All rows of one model, and the derivations of its gradients."""

    model: Model
    rows: tuple[Row, ...]
    gradients: tuple[Gradient, ...] = ()
    steps_proved: int = 0
    steps: int = 0

    @property
    def holds(self) -> bool:
        """Whether everything holds, each derivation step included."""
        return all(row.holds for row in self.rows) and self.steps_proved == self.steps


# float64 carries 53 bits; the reference itself loses a few in sums and at large logits.
TOLERANCE = 1e-10
