"""Declarations: shapes, domains, families, ranges of indices."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor

import sympy

from derivlab.errors import UnreadableError
from derivlab.notation import syntax
from derivlab.notation.elaboration.compounds import compound, is_compound
from derivlab.notation.elaboration.core import fail, problem
from derivlab.notation.elaboration.names import RAISED, full_key, is_decoration, spelling
from derivlab.notation.elaboration.scope import Dim, Entry, Scope
from derivlab.notation.statements.sets import Space, number_in, read_set, size_of, sizes
from derivlab.notation.statements.targets import RESERVED, shown
from derivlab.notation.syntax import Node
from derivlab.symbols import NONZERO, REAL, Domain, index, total

# A bare letter in {1, ..., K} is an index; any other name there is a class label.
RANGE_LETTERS = frozenset("ijklmnpqrst") | {r"\ell"}


@dataclass(frozen=True)
class NameNode:
    """A name that is declared: its key, and the index letters of a family."""

    key: str
    letters: tuple[str, ...]
    raised: bool
    node: Node


def name_of(scope: Scope, node: Node) -> NameNode:
    r"""The name that stands before `\in`: `z`, `x_i`, `x^{(i)}`, `W^{(1)}`, `\theta_0`, `d_1`."""
    if isinstance(node, syntax.Product) and node.operators == ("", ""):
        node = _compound(scope, node)
    spelled = spelling(node)
    if spelled is None or spelled.key in RESERVED:
        fail(
            node,
            f"`{shown(node)}` is no name that can be declared",
            "declare a letter, with an accent or an index",
        )
    if spelled.sup is not None and not is_decoration(spelled.sup):
        fail(node, f"`{shown(node)}` is no name that can be declared", "declare the letter without the power")
    if isinstance(spelled.sub, syntax.Name) and spelled.key in scope.sequences:
        scope.ranges.setdefault(spelled.sub.text, scope.sequences[spelled.key])
    raised = _raised_letter(scope, spelled.sup)
    if raised is not None and not spelled.primes:
        letters = (raised, *_letters(scope, spelled.sub))
        return NameNode(spelled.key + RAISED, letters, True, node)
    letters = _letters(scope, spelled.sub)
    if letters:
        return NameNode(full_key(replace(spelled, sub=None)), letters, False, node)
    return NameNode(full_key(spelled), (), False, node)


def _compound(scope: Scope, node: syntax.Product) -> Node:
    """`dS` as one name, which it is from here on."""
    found = compound(node.factors[0], node.factors[1])
    if found is None or not is_compound(found[0]):
        return node
    scope.compounds.add(found[0])
    return found[1]


# Letters that count without a range being said; `p_t` and `v_c` without one are names.
COUNTING = frozenset("ijklmn") | {r"\ell"}


def _raised_letter(scope: Scope, sup: Node | None) -> str | None:
    """The index letter in `x^{(i)}`, if it has a range."""
    if isinstance(sup, syntax.Group) and len(sup.items) == 1 and isinstance(sup.items[0], syntax.Name):
        letter = sup.items[0].text
        return letter if letter in scope.ranges else None
    return None


def _letters(scope: Scope, sub: Node | None) -> tuple[str, ...]:
    """The index letters in the subscript of a declared family."""
    if sub is None:
        return ()
    parts = sub.factors if isinstance(sub, syntax.Product) and not any(sub.operators) else (sub,)
    parts = sub.items if isinstance(sub, syntax.Group) else parts
    letters = [part.text for part in parts if isinstance(part, syntax.Name)]
    if len(letters) != len(parts):
        return ()
    known = all(letter in scope.ranges or letter in COUNTING for letter in letters)
    return tuple(letters) if known and not any(scope.lookup(letter) for letter in letters) else ()


def declare(scope: Scope, node: Node, space: Space) -> str:
    """Declare one name to lie in a space; returns its key."""
    name = None
    if space.natural:
        name = name_of(scope, node)
        if not name.letters and not space.shape:
            return _natural(scope, node)
        space = replace(space, domain=Domain(low=Fraction(1), whole=True))
    name = name or name_of(scope, node)
    if space.range_to is not None and not name.letters and name.key in RANGE_LETTERS:
        set_range(scope, node, space.range_to)
        return name.key
    shape = tuple(_range_of(scope, letter, node) for letter in name.letters) + space.shape
    domain = space.domain if space.range_to is None else Domain(index_of=space.range_to)
    entry = _new_entry(scope, name, shape, domain, len(name.letters))
    if space.simplex:
        _sum_to_one(scope, entry)
    return name.key


def _natural(scope: Scope, node: Node) -> str:
    spelled = spelling(node)
    if spelled is None:
        fail(node, f"`{shown(node)}` is no name of a size", "write one letter")
    key = full_key(spelled)
    if scope.lookup(key) is None:
        scope.dimension(key, node.start)
    return key


def _range_of(scope: Scope, letter: str, node: Node) -> Dim:
    if letter in scope.ranges:
        return scope.ranges[letter]
    raise problem(
        node,
        f"the index {letter} has no range, so the number of `{shown(node)}` is not known",
        rf"add its range to the sentence, e.g. for ${letter} = 1, \dots, N$",
    )


def _new_entry(scope: Scope, name: NameNode, shape: tuple[Dim, ...], domain: Domain, family: int) -> Entry:
    """Add a variable; a second declaration of the same shape gives it a new domain."""
    old = scope.lookup(name.key)
    if old is not None and old.kind == "dimension" and not scope.is_old(old):
        fail(name.node, f"`{name.key}` is already a size", "use another letter")
    if old is not None and old.kind == "variable" and old.shape == shape:
        if scope.is_old(old) and scope.restated.get(name.key) != scope.section:
            scope.loosen(name.key, f"more of {name.key} in an earlier section")
        scope.restated[name.key], scope.declared[name.key] = scope.section, domain
        return scope.add(replace(old, domain=domain, node=None))
    scope.declared[name.key] = domain
    identifier = scope.identifier(name.key, fresh=old is not None)
    return scope.add(
        Entry(
            name.key,
            identifier,
            "variable",
            shape,
            domain,
            family,
            name.raised,
            by_entries=bool(name.letters),
            place=name.node.start,
        )
    )


def declare_numbered(scope: Scope, first: Node, last: Node, space: Space) -> str:
    """`x_1, \\dots, x_N \\in \\mathbb{R}^d` declares the family x; returns its key."""
    one, many = spelling(first), spelling(last)
    size, key = None, ""
    if one is not None and many is not None and one.key == many.key:
        if one.sub is not None and many.sub is not None:
            size, key = many.sub, one.key
        elif isinstance(one.sup, syntax.Group) and isinstance(many.sup, syntax.Group):
            size, key = many.sup.items[0], one.key + RAISED
    if size is None:
        raise UnreadableError(
            "dots between names are read in x_1, ..., x_N only",
            hint=r"declare each name, or a family with x_i and i = 1, \dots, N",
            start=first.start,
            end=last.end,
        )
    declare_family(scope, key, sizes(scope, size) + space.shape, space.domain, first)
    return key


def declare_family(scope: Scope, key: str, shape: tuple[Dim, ...], domain: Domain, node: Node) -> None:
    r"""`x_1, \dots, x_N \in S`: a family as one array."""
    letters = ("i",)
    _new_entry(scope, NameNode(key, letters, key.endswith(RAISED), node), shape, domain, 1)


def _sum_to_one(scope: Scope, entry: Entry) -> None:
    k = index("k")
    scope.assume(total(entry.array[k], k, entry.shape[-1]), sympy.Integer(1))


def narrowed(old: Domain, new: Domain) -> Domain:
    """The values that lie in both domains.

    >>> narrowed(Domain(low=Fraction(0)), NONZERO).positive
    True
    """
    if new.values is not None or new.index_of is not None or old == REAL:
        return new if new != REAL else old
    if old.values is not None or old.index_of is not None or new == REAL:
        return old
    low, low_open = max(((d.low, d.low_open) for d in (old, new) if d.low is not None), default=(None, False))
    highs = [(d.high, not d.high_open) for d in (old, new) if d.high is not None]
    high, high_closed = min(highs, default=(None, True))
    nonzero, whole = old.nonzero or new.nonzero, old.whole or new.whole
    return Domain(low, high, low_open, not high_closed, nonzero, whole=whole)


def declare_tuple(scope: Scope, names: Node, space: Node) -> list[str] | None:
    r"""`(x_i, y_i) \in \mathbb{R}^d \times \{0, 1\}`; None if it is no tuple."""
    if not (isinstance(names, syntax.Group) and names.kind == "(" and len(names.items) > 1):
        return None
    factors = space.factors if isinstance(space, syntax.Product) and set(space.operators[1:]) == {"×"} else ()
    if len(factors) == len(names.items):
        pairs = zip(names.items, factors, strict=True)
        return [declare(scope, name, read_set(scope, one)) for name, one in pairs]
    raise problem(
        space, "a tuple lies in a product of as many sets", r"write (x, y) \in \mathbb{R}^d \times \mathbb{R}"
    )


def set_range(scope: Scope, node: Node, upper: Dim) -> None:
    """An index letter with its range; the range holds where no axis gives another."""
    spelled = spelling(node)
    if spelled is None or spelled.sub is not None or spelled.sup is not None:
        fail(node, f"`{shown(node)}` is no index letter", r"write i = 1, \dots, N")
    entry = scope.lookup(spelled.key)
    if entry is not None and entry.kind in ("variable", "defined"):
        fail(node, f"`{spelled.key}` is already declared and is no index", "use another letter for the index")
    if entry is not None and entry.kind == "dimension" and entry.array != upper:
        del scope.entries[spelled.key]  # a size before, an index from here on
    scope.ranges[spelled.key] = upper


def read_range(scope: Scope, letters: list[Node], upper: Node) -> list[str]:
    """`i, j = 1, \\dots, N`."""
    size = size_of(scope, upper)
    for letter in letters:
        set_range(scope, letter, size)
    return [shown(letter) for letter in letters]


def domain_of(relation: str, bound: Fraction) -> Domain:
    """The domain that `x relation bound` states; `x ≠ 1` restricts nothing that a domain can say."""
    return {
        ">": Domain(low=bound, low_open=True),
        "≥": Domain(low=bound),
        "<": Domain(high=bound, high_open=True),
        "≤": Domain(high=bound),
        "≠": NONZERO if bound == 0 else REAL,
    }[relation]


def restrict(scope: Scope, node: Node, domain: Domain, declares: bool) -> str | None:
    """Narrow the domain of a name; a new one is declared as a scalar if `declares`.

    Returns its key, or None if the node is no variable (then the inequality is a claim).
    """
    spelled = spelling(node)
    if spelled is None or spelled.primes or (spelled.sup is not None and not is_decoration(spelled.sup)):
        return None
    try:
        name = name_of(scope, node)
    except UnreadableError:
        return None
    entry = scope.lookup(name.key)
    whole = scope.lookup(spelled.key) if entry is None and not name.letters else None
    if whole is not None and whole.shape and spelled.sub is not None:
        return None  # one entry of an array
    if entry is not None:
        if entry.kind == "dimension":
            return _restrict_size(scope, entry, domain, node)
        if entry.kind != "variable" or len(name.letters) > len(entry.shape):
            return None
        scope.add(replace(entry, domain=narrowed(entry.domain, domain), node=None))
        return name.key
    if not declares or name.key in scope.ranges:
        return None
    shape = tuple(_range_of(scope, letter, node) for letter in name.letters)
    _new_entry(scope, name, shape, domain, len(name.letters))
    return name.key


def _restrict_size(scope: Scope, entry: Entry, domain: Domain, node: Node) -> str:
    """`n \\geq 2`: smaller sizes are no counterexample."""
    if domain.high is not None:
        message = f"an upper bound of the size {entry.key} is not read"
        fail(node, message, "claims are decided for all sizes from a least one on, e.g. $n \\geq 2$")
    if domain.low is not None:
        least = floor(domain.low) + 1 if domain.low_open else ceil(domain.low)
        scope.assume_least(entry.name, max(1, least))
    return entry.key


def numeric(node: Node) -> Fraction | None:
    """The number that a side is, or None."""
    try:
        return number_in(node)
    except UnreadableError:
        return None
