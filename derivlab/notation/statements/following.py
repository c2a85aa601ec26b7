"""A declared variable that gets its value: 'where z = W x', before or after it was used."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import replace

from sympy import preorder_traversal

from derivlab.errors import UnreadableError
from derivlab.notation import syntax
from derivlab.notation.clauses import Side
from derivlab.notation.elaboration.names import Found, find, is_shifted, spelling
from derivlab.notation.elaboration.scope import Entry, Scope
from derivlab.notation.moods import ASSUME, LET
from derivlab.notation.sources import Source
from derivlab.notation.statements.kinds import EquationItem
from derivlab.notation.statements.targets import Target
from derivlab.notation.syntax import Node
from derivlab.symbols import Domain, Partial


def redefines(scope: Scope, mood: str, target: Target, right: Node, later: bool) -> bool:
    """Whether a declared variable gets its value here; `later` says that its declaration follows.

    Values that use the variable already follow it ('p = softmax(z), ..., where z = W x'), if its own
    does not depend on them.
    """
    entry = scope.lookup(target.key)
    if entry is None or entry.kind != "variable" or target.formals is not None:
        return False
    if len(target.letters) not in (0, len(entry.shape)):
        return False
    used = any(entry.name in names for names in scope.direct.values())
    if not used and (mood == LET or later):
        return True
    if mood == ASSUME and not entry.shape and _is_free(entry) and _is_derived_only(scope, entry):
        return True
    if mood not in (LET, ASSUME):
        return False
    names = {found.entry.name for found in names_of(scope, right) if found.entry.kind != "dimension"}
    taken = frozenset[str]().union(*scope.direct.values())
    if mood == ASSUME and names & {*taken, *scope.direct}:
        return False  # 'assume y = p' holds at a point: what is derived by p treats y as it was
    return can_follow(scope, entry, names)


def _is_free(entry: Entry) -> bool:
    """Whether nothing was said of a name but what it is: 'let L be a loss, and suppose L = ...'."""
    return entry.domain == Domain()


def _is_derived_only(scope: Scope, entry: Entry) -> bool:
    """Whether values use a name only as what they derive: 'write G for dL/dO, and suppose that L = ...'."""
    return all(
        isinstance(node, Partial) or entry.array not in node.args
        for name, below in scope.direct.items()
        if entry.name in below and name in scope.definitions
        for node in preorder_traversal(scope.definitions[name].body)
    )


def renewed(
    scope: Scope, target: Target, right: Node, behind: Container[str], item: EquationItem
) -> Target | None:
    """The target, if a name with a value gets another one, as a new topic of the same page does.

    'y = x + F x with F in R^{n×n}' says nothing of an older y: F is introduced behind it. But
    'y = softmax(z + c) for every c' is a claim. What uses a name that got another value since then is
    defined anew as well, what 'let' stands before, and what a new section says of its own names.
    """
    entry = scope.lookup(target.key)
    if entry is None or entry.kind == "index":
        return None
    if scope.is_old(entry) and _is_stated(target, right, item) and _of_this_section(scope, entry, right):
        return replace(target, renews=True)
    if item.let and target.formals is not None and not any(map(scope.lookup, target.formals)):
        return replace(target, renews=True)
    if item.let and (entry.kind == "function" or entry.function is not None):
        return target if target.formals is not None else None
    if entry.kind != "defined" or target.formals is not None or entry.function is not None:
        return None
    if len(target.letters) not in (0, len(entry.shape)):
        return None
    return target if item.let or _uses_new(scope, target, entry, right, behind) else None


def _is_stated(target: Target, right: Node, item: EquationItem) -> bool:
    """Whether a sentence gives a name its value, and does not say of its value that it is this."""
    if item.let:
        return True
    claimed = item.concluding or item.asserted or item.conditions or target.formals is not None
    return (
        not claimed and item.mood != ASSUME and item.bound <= {*target.letters} and not occurs(target, right)
    )


def occurs(target: Target, right: Node) -> bool:
    """Whether a name stands in its own new value: `\\theta := \\theta - \\alpha g` is an update rule."""
    spellings = (spelling(node) for node in syntax.walk(right))
    return any(spelled is not None and spelled.key == target.key for spelled in spellings)


def _uses_new(scope: Scope, target: Target, entry: Entry, right: Node, behind: Container[str]) -> bool:
    """Whether a value uses what is introduced behind it, or what got another value."""
    below = scope.depends(entry.name)
    for found in names_of(scope, right):
        one = found.entry
        if one.kind == "variable" and one.key in behind and one.name not in below:
            return one.key != target.key
        if scope.renewed.get(one.key, -1) > entry.place:
            return True
    return False


def _of_this_section(scope: Scope, entry: Entry, right: Node) -> bool:
    """Whether a value is about what this section declares, and the name's old value is of another one.

    A value that has all variables of the old one, and more, may be the same: J at z, and at a = z + c.
    """
    names = {found.entry.name for found in names_of(scope, right)}
    reached = names.union(*(scope.depends(name) for name in names))
    variables = {one.name: one for one in scope.of_kind("variable") if one.key != entry.key}
    below = variables.keys() & scope.depends(entry.name)
    used = [variables[name] for name in variables.keys() & reached]
    if any(scope.restated.get(one.key) == scope.section for one in used):
        return True
    return not (below and below <= reached) and any(not scope.is_old(one) for one in used)


def names_of(scope: Scope, side: Node) -> Iterator[Found]:
    """The names of the document that a side mentions."""
    for node in syntax.walk(side):
        if isinstance(node, syntax.Name | syntax.Accent | syntax.Script):
            spelled = spelling(node)
            found = find(scope, spelled) if spelled is not None else None
            if found is not None:
                yield found


def can_follow(scope: Scope, variable: Entry, names: Iterable[str]) -> bool:
    """Whether earlier values that use a variable may follow the value that it gets now.

    It must be any real number so far, and the names in its value must not depend on it. A value without
    variables is a special case: the earlier values stay general.
    """
    if variable.kind != "variable" or variable.domain != Domain():
        return False
    reached = {name for one in names for name in (one, *scope.depends(one))}
    known = {entry.name for entry in scope.of_kind("variable")}
    return variable.name not in reached and bool(reached & known)


def note_unread(scope: Scope, sides: Iterable[Side], line: int) -> None:
    """An assumption that was not read: what is false without it is not refuted."""
    for side in sides:
        try:
            found = list(names_of(scope, side.parse()))
        except UnreadableError:
            continue
        for one in found:
            if one.entry.kind in ("variable", "dimension"):
                scope.note_unread(one.entry.name, f"something of {one.entry.key} in line {line}")


def of_another_section(scope: Scope, left: Node, source: Source) -> tuple[str, ...]:
    """What to tell of a claim 'J = ...' where J is what an earlier section defines."""
    spelled = spelling(left)
    found = find(scope, spelled) if spelled is not None else None
    if found is None or found.entry.kind != "defined" or not scope.is_old(found.entry):
        return ()
    key, line = found.entry.key, source.place(found.entry.place).line
    return (f"{key} is that of line {line}; 'let {key} = ...' would give it another value",)


def next_step(left: Node) -> str:
    """The letter t of `\\theta^{(t+1)}` or `\\theta_{t+1}` on the left of an update rule."""
    spelled = spelling(left)
    if spelled is None:
        return ""
    sup = spelled.sup
    inner = sup.items[0] if isinstance(sup, syntax.Group) and len(sup.items) == 1 else spelled.sub
    if is_shifted(inner) and isinstance(inner, syntax.Sum) and inner.signs == ("+", "+"):
        letter = inner.terms[0]
        return letter.text if isinstance(letter, syntax.Name) and letter.text in ("t", "k", "n", "s") else ""
    return ""
