"""The proof of a certificate: what the library's tactics compute with."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from derivlab.certificates.data import Data, Scope
from derivlab.certificates.hypotheses import Hypothesis
from derivlab.certificates.statement import Claimed
from derivlab.certificates.terms import Number, Slope, Term
from derivlab.certificates.words import coq_name


class Proof:
    """Writes the proof of a statement."""

    def __init__(self, claimed: Claimed) -> None:
        self.claimed = claimed
        self.words, self.context = claimed.words, claimed.context
        self.left, self.right = claimed.left, claimed.right
        self.sizes, self.free = claimed.sizes, claimed.free
        self.variables, self.hypotheses = claimed.variables, claimed.hypotheses
        self.data = Data(self.words)
        for size in self.sizes:
            self.data.size(size)
        for variable in self.variables:
            self.data.array(variable.name)

    def write(self, labels: list[str], equal: str = "prove_equal") -> str:
        """From `Proof.` to `Qed.`.

        Args:
            labels: the names of the premises.
            equal: the tactic for two sides.
        """
        free = Scope({name: -1 - place for place, name in enumerate(self.free)})
        existing = [self.existence(slope, bound) for slope, bound, _ in self.claimed.existing()]
        last = self.main(free, equal)
        names = [*map(coq_name, self.sizes), *(coq_name(v.name) for v in self.variables)]
        names += [*map(coq_name, self.free), *labels]
        steps = [f"  split; [{step} |]." for step in existing]
        intros = f"  intros {' '.join(names)}.\n" if names else ""
        return "Proof.\n" + intros + "\n".join([*steps, f"  {last}."]) + "\nQed.\n"

    def main(self, free: Scope, equal: str) -> str:
        known = self.data_known()
        equations = self.data_equations()
        if isinstance(self.left, Slope):
            slope = self.left
            head = "prove_derivative"
            v = self.data.array(slope.name)
            sides = f"{v}%nat ({self.data.places(slope.indices, free)}%nat : list nat)\n    "
            sides += f"{self.data.moving(slope.name, slope.body, free)}%nat\n    "
        else:
            head, sides = equal, f"{self.data.write(self.left, free)}%nat\n    "
        sides += f"{self.data.write(self.right, free)}%nat"
        definitions = self.data_definitions()
        ranges, values = self.ranges(self.free)
        return (
            f"{head}\n    {self.size_map()}\n    {self.array_map()}\n    {ranges} {values}\n    {known}\n"
            f"    {equations}\n    {definitions}\n    {sides}"
        )

    def existence(self, slope: Slope, bound: tuple[tuple[str, str], ...]) -> str:
        """The step that shows one derivative to exist; the indices of its sums are intros."""
        indices = {**dict(bound[::-1]), **self.free}
        scope = Scope({name: -1 - place for place, name in enumerate(indices)})
        body = self.data.moving(slope.name, slope.body, scope)
        v, at = self.data.array(slope.name), self.data.places(slope.indices, scope)
        ranges, values = self.ranges(indices)
        return (
            f"{_intros(bound)}prove_exists {self.size_map()}\n    {self.array_map()}\n    {ranges} {values}\n"
            f"    {self.data_known()}\n    {v}%nat ({at}%nat : list nat)\n    {body}%nat"
        )

    def exists_at(self, slope: Slope, bound: tuple[tuple[str, str], ...]) -> str:
        """The step that shows one derivative to exist at written sizes and values."""
        indices = {**dict(bound[::-1]), **self.free}
        scope = Scope({name: -1 - place for place, name in enumerate(indices)})
        body = self.data.moving(slope.name, slope.body, scope)
        v, at = self.data.array(slope.name), self.data.places(slope.indices, scope)
        return (
            f"{_intros(bound)}exists_at {self.size_map()}\n    {self.array_map()}\n"
            f"    {_places(indices)} {v}%nat ({at}%nat : list nat)\n    {body}%nat"
        )

    def differ(self, tactic: str) -> str:
        """The step that shows both sides to differ at written sizes and values."""
        scope = Scope({name: -1 - place for place, name in enumerate(self.free)})
        left, right = self.data.write(self.left, scope), self.data.write(self.right, scope)
        return (
            f"{tactic} {self.size_map()}\n    {self.array_map()}\n    {_places(self.free)}\n"
            f"    {left}%nat\n    {right}%nat"
        )

    def ranges(self, indices: dict[str, str]) -> tuple[str, str]:
        """Sizes of the free indices and the indices; position 0 stands for 'this size is not empty'."""
        sizes = [*indices.values(), *self.sizes]
        values = [*map(coq_name, indices), *("0" for _ in self.sizes)]
        numbers = "; ".join(str(self.data.size(n)) for n in sizes)
        return f"([{numbers}]%nat : list nat)", f"([{'; '.join(values)}]%nat : list nat)"

    def size_map(self) -> str:
        cases = " ".join(f"| {k}%nat => {coq_name(n)}" for n, k in self.data.sizes.items())
        return f"(fun d_ : nat => match d_ with {cases} | _ => 0%nat end)"

    def array_map(self) -> str:
        cases = []
        for name, number in self.data.arrays.items():
            letters = ["a_", "b_"][: len(self.context.shape(name))]
            value = " ".join([self.words.array(name, {}), *letters])
            cases.append(f"| {number}%nat, [{'; '.join(letters)}] => {value}")
        return f"(fun (v_ : nat) (l_ : list nat) => match v_, l_ with {' '.join(cases)} | _, _ => 0 end)"

    def data_known(self) -> str:
        """Hypotheses of positivity, as data."""
        return self._listed("premise", (h for h in self.hypotheses if h.relation == "<"))

    def data_equations(self) -> str:
        rational = (h for h in self.hypotheses if h.relation == "=" and isinstance(h.right, Number))
        return self._listed("equation", rational)

    def _listed(self, kind: str, hypotheses: Iterable[Hypothesis]) -> str:
        items = []
        for hypothesis in hypotheses:
            scope = Scope({name: -1 - place for place, (name, _) in enumerate(hypothesis.ranges)})
            sizes = "; ".join(str(self.data.size(n)) for _, n in hypothesis.ranges)
            side = hypothesis.right if kind == "premise" else hypothesis.left
            item = f"[{sizes}]%nat, {self.data.write(side, scope)}%nat"
            if kind == "equation":
                item += f", {_fraction(hypothesis.right)}"
            items.append(f"({item})")
        return f"([{'; '.join(items)}] : list {kind})"

    def data_definitions(self) -> str:
        """The definitions of arrays by which a derivative is taken; the later ones first."""
        items = []
        for name in reversed([n for n in self.words.defined if n in self.data.arrays]):
            found = self.words.defined[name]
            scope = Scope({formal: -1 - place for place, formal in enumerate(found.formals)})
            body = self.data.write(found.body, scope)
            items.append(f"({self.data.array(name)}%nat, {len(found.formals)}%nat, {body}%nat)")
        return f"([{'; '.join(items)}] : list definition)"


def _intros(bound: tuple[tuple[str, str], ...]) -> str:
    return "".join(f"intros {coq_name(k)} Hin_{coq_name(k)}_; " for k, _ in bound)


def _places(indices: dict[str, str]) -> str:
    return f"([{'; '.join(map(coq_name, indices))}]%nat : list nat)"


def _fraction(term: Term) -> str:
    value = term.value if isinstance(term, Number) else Fraction(0)
    top = value.numerator if value >= 0 else f"({value.numerator})"
    return f"ratio {top} {value.denominator}"
