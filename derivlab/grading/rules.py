"""What an answer may not do: change what is given, assume more, or leave its result unfinished.

Each rule returns a sentence for the student, or an empty text. These rules, and the claim that the
result equals what was asked for among the names of the problem, are what points hang on.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sympy import Expr

from derivlab.errors import DerivlabError
from derivlab.grading.asking import Asked, reached, same
from derivlab.grading.deciding import divides_by_zero, equal
from derivlab.grading.model import Question
from derivlab.grading.problem import Given
from derivlab.notation import StatedClaim
from derivlab.notation.elaboration.scope import Entry, Scope
from derivlab.notation.printer import to_latex
from derivlab.proof import Undecided
from derivlab.symbols import Context, Partial, Variable, head_name, names_in, with_bounds_by_depth

CHANGED = (
    "The answer changes what `{}` means; it is given by the problem."
    " Use another name for something of your own."
)

# ---------------------------------------------------------------------------- what is given stays


def changed(given: Given, scope: Scope) -> str:
    """The name of the problem that an answer gives another meaning, as a sentence."""
    for key, entry in given.scope.entries.items():
        now = scope.lookup(key)
        if now is None or (now is not entry and not _means_the_same(entry, now, given, scope)):
            return CHANGED.format(key)
    for key, entry in scope.entries.items():
        whole = None if key in given.scope.entries else _entry_of(key, entry, given)
        if whole:
            return CHANGED.format(whole)
    return ""


def _entry_of(key: str, entry: Entry, given: Given) -> str:
    """The array of the problem of which a new name is an entry: `h_1 > 0` says more of h than is given."""
    whole, _, script = key.partition("_")
    known = given.scope.lookup(whole)
    if known is None or not known.shape or not script:
        return ""
    return whole if entry.kind == "variable" or script.strip("{}").isdigit() else ""


def _means_the_same(old: Entry, new: Entry, given: Given, scope: Scope) -> bool:
    if old.function is not None or new.function is not None:
        return _same_function(old, new)
    if (old.kind, old.shape) != (new.kind, new.shape) or old.domain != new.domain:
        return False
    if old.kind != "defined" or old.name == new.name:
        return old.name == new.name or old.kind == "dimension"
    context = scope.context()
    first, second = given.context.definition(old.name), context.definition(new.name)
    if first is None or second is None:
        return False
    body = second.at(first.indices)
    wanted = context.expand(first.body)
    try:
        return equal(context.expand(body), wanted, given.context).verdict == "proved"
    except DerivlabError:
        return False


def _same_function(old: Entry, new: Entry) -> bool:
    if old.function is None or new.function is None:
        return False
    one, other = old.function, new.function
    return (one.formals, one.letters) == (other.formals, other.letters) and (
        to_latex(one.body) == to_latex(other.body)
    )


def assumed(given: Given, scope: Scope) -> tuple[str, bool]:
    """What an answer assumes and the problem does not imply, as a sentence; and whether that is undecided."""
    known = {
        (with_bounds_by_depth(left), with_bounds_by_depth(right)) for left, right in given.scope.assumptions
    }
    for left, right in scope.assumptions[len(given.scope.assumptions) :]:
        if (with_bounds_by_depth(left), with_bounds_by_depth(right)) in known:
            continue
        told = f"The answer assumes `{left} = {right}`, which the problem does not give."
        try:
            verdict = equal(left, right, given.context)
        except DerivlabError:
            return told, False
        if verdict.verdict != "proved":
            return told, isinstance(verdict, Undecided)
    for expr in scope.positive[len(given.scope.positive) :]:
        if expr not in given.scope.positive:
            return f"The answer assumes `{expr} > 0` (or `≠ 0`), which the problem does not give.", False
    return "", False


def outside(given: Given, context: Context) -> Context:
    """A context of the student's without the student's assumptions: definitions and local ranges stay."""
    own = tuple(one for one in context.definitions if given.context.definition(one.name) is None)
    base = given.context
    known = {one.name for one in base.variables}
    variables = tuple(one for one in context.variables if one.name not in known)
    return replace(
        base,
        variables=(*base.variables, *variables),
        definitions=(*base.definitions, *own),
        ranges=context.ranges,
    )


# ---------------------------------------------------------------------------- the result is finished


def unfinished(result: Expr, context: Context, given: Given, asked: Asked, question: Question) -> str:
    """Why an expression is no result: a derivative in it, what was asked for, or a foreign name."""
    if divides_by_zero(result):
        return "The result divides by zero."
    names, derivative = reached(result, context)
    if derivative:
        return "The result still holds a derivative; an answer counts in closed form."
    if asked.heads & names:
        return f"The result holds `{min(asked.heads & names)}`, which is what the question asks for."
    return _not_allowed(result, context, given, question)


def foreign(result: Expr, context: Context, given: Given) -> str:
    """A name in a result that was declared and never defined: words may define it, which are not read."""
    names, _ = reached(result, context)
    found = sorted(_variables(names, context) - {one.name for one in given.context.variables})
    return f"The result holds `{found[0]}`, which no formula defines." if found else ""


def unrelated(claim: StatedClaim, given: Given) -> str:
    r"""A derivative by a name of the student's own in which nothing given is written.

    `s_i = \theta^\top x_i`, `\partial g_i / \partial s_i = g_i (1 - g_i)`: meant is g as a function of s,
    and read is a g that does not move with s. That is no mistake to take points for.
    """
    for node in (*claim.left.atoms(Partial), *claim.right.atoms(Partial)):
        name = head_name(node.by)
        own = given.context.definition(name) is None and claim.context.definition(name) is not None
        if own and name not in reached(node.body, claim.context)[0]:
            return f"nothing that is given is written in terms of `{name}`, so the derivative by it is open"
    return ""


def _variables(names: Iterable[str], context: Context) -> set[str]:
    return {name for name in names if isinstance(context.lookup(name), Variable)}


def _not_allowed(result: Expr, context: Context, given: Given, question: Question) -> str:
    """A name of the problem that the policy of the question keeps out of the result."""
    if not question.allowed:
        return ""
    entries = given.scope.entries
    allowed = {entries[key].name for key in question.allowed}
    own = {one.name for one in context.definitions if given.context.definition(one.name) is None}
    pending, seen = [result], set[str]()
    while pending:
        for name in set(names_in(pending.pop())) - seen:
            seen.add(name)
            definition = context.definition(name)
            if name in own and definition is not None:
                pending.append(definition.body)
    counted = {entry.name: key for key, entry in entries.items() if entry.kind in ("variable", "defined")}
    other = sorted(counted[name] for name in seen & counted.keys() if name not in allowed)
    if not other:
        return ""
    names = ", ".join(f"`{key}`" for key in question.allowed)
    return f"The result holds `{other[0]}`; it may hold {names} only."


def is_step(side: Expr, ends: tuple[Expr, Expr], context: Context, kept: frozenset[str]) -> bool:
    """Whether a side between two others is more than one of them with its definitions written out."""
    return not any(same(side, end, context, kept) for end in ends)
