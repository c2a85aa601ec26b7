"""Derives ∂(objective)/∂(entry) by the table of rules, recording each step as a person writes it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sympy
from sympy import Expr, Indexed, Symbol

from derivlab.algebra.canonical import residue
from derivlab.calculus.closing import closed_form, contracted
from derivlab.calculus.forms import Situation
from derivlab.calculus.rules import rule_for
from derivlab.calculus.steps import Step
from derivlab.errors import InternalError, OutsideClassError
from derivlab.symbols import (
    Context,
    Definition,
    Partial,
    free_symbols,
    fresh_index,
    head_name,
    rebuild,
    total,
)

MAX_STEPS = 200
Rewrite = tuple[str, str, str, Expr]


@dataclass(frozen=True)
class Derivation:
    """The steps from ∂(objective)/∂(by) to the closed form, and the smaller results they use.

    `by_rules` is what the rules gave, before terms were collected.
    """

    objective: Expr
    by: Expr
    steps: tuple[Step, ...]
    closed_form: Expr
    by_rules: Expr
    lemmas: tuple[Derivation, ...] = ()


class Deriver:
    """Derives in one context; each smaller result is derived once."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.known: dict[tuple[Expr, Expr], Derivation] = {}

    def derive(self, objective: Expr, by: Expr) -> Derivation:
        """The derivation of ∂objective/∂by."""
        key = (objective, by)
        if key not in self.known:
            self.known[key] = _Run(self, objective, by).derivation()
        return self.known[key]


class _Run:
    """One derivation: rewrites until no derivative is left, then collects."""

    def __init__(self, deriver: Deriver, objective: Expr, by: Expr) -> None:
        self.deriver = deriver
        self.context = deriver.context
        self.objective = objective
        self.by = by
        self.steps: list[Step] = []
        self.lemmas: dict[tuple[Expr, Expr], Derivation] = {}

    def derivation(self) -> Derivation:
        current: Expr = Partial(self.objective, self.by)
        layer = through(self.objective, self.by, self.context)
        if layer is not None:
            current = self._chain_rule(current, layer)
        by_rules = self._differentiate(current)
        closed = self._collect(by_rules)
        lemmas = tuple(self.lemmas.values())
        return Derivation(self.objective, self.by, tuple(self.steps), closed, by_rules, lemmas)

    def _take(self, rewrite: Rewrite, before: Expr) -> Expr:
        name, reason, latex, after = rewrite
        if after != before:
            self.steps.append(Step(name, reason, before, after, latex))
        return after

    def _differentiate(self, current: Expr) -> Expr:
        for _ in range(MAX_STEPS):
            rewrite = self._one_rule(current)
            if rewrite is None:
                return current
            current = self._take(rewrite, current)
        raise InternalError("a derivation does not end")

    def _collect(self, current: Expr) -> Expr:
        """Deltas are summed, then assumptions used and terms collected; not in terms of the objective."""
        named = isinstance(self.objective, Symbol | Indexed)
        skip = head_name(self.objective) if named and not isinstance(self.objective, Indexed) else ""
        for name, reason, form in (
            ("Kronecker delta", "Of a sum with a Kronecker delta, one term is left.", contracted),
            ("collect", "Definitions and assumptions are used, and terms are collected.", closed_form),
        ):
            after = form(current, self.context, skip)
            if after is not None:
                current = self._take((name, reason, "", after), current)
        return current

    def _one_rule(self, expr: Expr) -> Rewrite | None:
        """Apply the first rule that fits, at every derivative that it fits."""
        first = next(_redexes(expr), None)
        if first is None:
            return None
        name, reason, latex, _ = self._rewrite(first)

        def replace(node: Expr) -> Expr | None:
            if not isinstance(node, Partial) or node.body.has(Partial):
                return None
            found, _, _, after = self._rewrite(node)
            return after if found == name else None

        return name, reason, latex, rebuild(expr, replace)

    def _rewrite(self, node: Partial) -> Rewrite:
        """What one derivative becomes, by which rule."""
        body, by = node.body, node.by
        at = Situation(self.context, frozenset((head_name(by),)))
        if not at.depends(body, by):
            return "constants", "What does not depend on the variable has derivative 0.", "", sympy.Integer(0)
        if isinstance(body, Symbol | Indexed) and head_name(body) not in at.kept:
            definition = self.context.definition(head_name(body))
            if definition is not None:
                return self._defined(node, definition)
        rule = rule_for(body, by, at)
        after = rule.apply(body, by, at) if rule is not None else None
        if rule is None or after is None:
            raise OutsideClassError(f"there is no derivative rule for {type(body).__name__}")
        return rule.name, rule.reason, rule.latex, after

    def _defined(self, node: Partial, definition: Definition) -> Rewrite:
        """The objective is written out; the derivative of another defined name is a result of its own."""
        body, by = node.body, node.by
        if node.body == self.objective:
            unfolded = definition.at(tuple(getattr(body, "indices", ())))
            return "definition", f"{definition.name} is written out.", "", Partial(unfolded, by)
        smaller = self.deriver.derive(body, by)
        self.lemmas[body, by] = smaller
        reason = f"The derivative of {definition.name} is derived by itself."
        return "earlier result", reason, "", smaller.closed_form

    def _chain_rule(self, start: Expr, layer: Definition) -> Expr:
        """∂J/∂W = Σₖ ∂J/∂zₖ · ∂zₖ/∂W, with both factors taken from their own derivations."""
        avoid = free_symbols(self.by) | free_symbols(self.objective)
        bound: list[Symbol] = []
        for _ in layer.indices:
            bound.append(fresh_index(Symbol("k", integer=True), avoid | set(bound)))
        entry = layer.node[tuple(bound)]

        def summed(outer: Expr, inner: Expr) -> Expr:
            result = outer * inner
            for symbol, size in zip(bound, layer.shape, strict=True):
                result = total(result, symbol, size)
            return result

        reason = f"The objective depends on {head_name(self.by)} only through {layer.name}."
        chained = summed(Partial(self.objective, entry), Partial(entry, self.by))
        current = self._take(("chain rule", reason, CHAIN_RULE, chained), start)
        outer = self.deriver.derive(self.objective, entry)
        self.lemmas[self.objective, entry] = outer
        used = summed(outer.closed_form, Partial(entry, self.by))
        reason = f"The gradient by {layer.name} is derived by itself."
        return self._take(("earlier result", reason, "", used), current)


CHAIN_RULE = (
    r"\frac{\partial J}{\partial w} = \sum_k \frac{\partial J}{\partial z_k}"
    r"\frac{\partial z_k}{\partial w}"
)


def _redexes(expr: Expr) -> Iterator[Partial]:
    """Derivatives that contain no derivative, outermost first."""
    for node in sympy.preorder_traversal(expr):
        if isinstance(node, Partial) and not node.body.has(Partial):
            yield node


def through(objective: Expr, by: Expr, context: Context) -> Definition | None:
    """A defined array that everything passes through on its way from `by`, not at the first step.

    For J(p(z(W))) by W this is z: ∂J/∂W = Σ ∂J/∂z · ∂z/∂W, as back-propagation does it.
    """
    definition = None
    if isinstance(objective, Symbol | Indexed):
        definition = context.definition(head_name(objective))
    if definition is None:
        return None
    direct = _mentioned(definition.body)
    for candidate in context.definitions:
        named = candidate.name in direct or candidate.name == definition.name
        if not candidate.shape or named or head_name(by) not in _mentioned(candidate.body):
            continue
        blocked = Situation(context, frozenset((candidate.name,)))
        if not blocked.depends(definition.body, by):
            return candidate
    return None


def _mentioned(body: Expr) -> set[str]:
    return {node.name for node in sympy.preorder_traversal(body) if isinstance(node, Symbol)}


def checked(steps: tuple[Step, ...], context: Context) -> list[bool]:
    """Whether each step is proved equal for all sizes."""
    return [_equal(step.before, step.after, context) for step in steps]


def _equal(before: Expr, after: Expr, context: Context) -> bool:
    try:
        return residue(before, after, context).is_zero
    except OutsideClassError:
        return False
