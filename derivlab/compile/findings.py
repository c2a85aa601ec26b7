"""What a check of a gradient function found: which entries are wrong, where, and by how much."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import isfinite

SHOWN = 5
SAME = 1e-4  # relative, of factors that are taken for one


@dataclass(frozen=True)
class Difference:
    """An entry that is wrong: where, what it is, what it should be, and how far off.

    Attributes:
        case: what is special about the input.
        entry: the place in the gradient, counted from 0.
        got, expected: both values (the exact one rounded to float64).
        ulp: the distance in units in the last place of the type; inf for NaN.
        relative: |got - expected| / |expected|.
        factor: by which all entries of this input are too large, if it is one and the same.
    """

    case: str
    entry: tuple[int, ...]
    got: float
    expected: float
    ulp: float
    relative: float
    factor: float | None = None

    def __str__(self) -> str:
        return (
            f"entry {list(self.entry)} at {self.case}: {self.got:.9g}, exactly {self.expected:.9g} "
            f"({self.ulp:.3g} ULP, relative {self.relative:.2g}){self._hint()}"
        )

    def _hint(self) -> str:
        if self.factor is None:
            return ""
        if abs(self.factor + 1) < SAME:
            return "; every entry has the wrong sign"
        return f"; every entry is {self.factor:.6g} times what it should be"


@dataclass(frozen=True)
class CheckReport:
    """What a check found.

    Attributes:
        problem, function: the names of what was asked for and of what was given.
        entries: how many entries were compared.
        wrong: how many of them are wrong.
        differences: the first of those in each case.
        cases: how many inputs were tried.
        largest_ulp: the largest distance seen, where it was measured (`measure=True`).
        autograd: the largest relative difference between autograd in float64 and the exact values,
            over the entries that float64 can tell from 0.
    """

    problem: str
    function: str
    entries: int
    wrong: int
    differences: tuple[Difference, ...]
    cases: int
    largest_ulp: float | None
    autograd: float

    @property
    def passed(self) -> bool:
        """Whether every entry is right."""
        return self.wrong == 0

    def as_dict(self) -> dict[str, object]:
        """What was found, for JSON; a distance that is not finite is null."""
        found = asdict(self)
        found["passed"] = self.passed
        for one in found["differences"]:
            one.update({key: None for key, v in one.items() if isinstance(v, float) and not isfinite(v)})
        return found

    def __str__(self) -> str:
        head = f"{self.function} against {self.problem}: {self.entries} entries of {self.cases} inputs"
        if self.passed:
            return f"{head}, all right"
        lines = [f"{head}, {self.wrong} wrong"]
        lines += [f"  {difference}" for difference in self.differences[:SHOWN]]
        if len(self.differences) > SHOWN:
            lines.append(f"  and {len(self.differences) - SHOWN} more inputs with wrong entries")
        return "\n".join(lines)
