"""A declared variable that gets its value: 'where z = W x', before or after it was used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from derivlab.notation import syntax
from derivlab.notation.elaboration.names import Found, find, spelling
from derivlab.notation.elaboration.scope import Entry, Scope
from derivlab.notation.moods import ASSUME, LET
from derivlab.notation.statements.targets import Target
from derivlab.notation.syntax import Node
from derivlab.symbols import Domain


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
    if mood not in (LET, ASSUME):
        return False
    names = {found.entry.name for found in names_of(scope, right) if found.entry.kind != "dimension"}
    taken = frozenset[str]().union(*scope.direct.values())
    if mood == ASSUME and names & {*taken, *scope.direct}:
        return False  # 'assume y = p' holds at a point: what is derived by p treats y as it was
    return can_follow(scope, entry, names)


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
