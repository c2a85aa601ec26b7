"""How a symbol is spelled: its key, and the subscripts and superscripts that may be indices or powers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from derivlab.notation import syntax
from derivlab.notation.elaboration.scope import Entry, Scope
from derivlab.notation.printer import to_latex
from derivlab.notation.syntax import Node

TRANSPOSES = frozenset({"T", r"\top", r"\intercal", r"\mathbf{T}", "t@"})
STARS = frozenset({"*", r"\star", r"\dagger", r"\ast"})


@dataclass(frozen=True)
class Spelling:
    """A symbol taken apart: `\\hat{y}_i'` has the key `\\hat{y}`, the subscript i and one prime."""

    key: str
    sub: Node | None = None
    sup: Node | None = None
    primes: int = 0

    @property
    def letter(self) -> str:
        """The symbol as an index letter: `k'` is another letter than `k`."""
        return self.key + "'" * self.primes


@dataclass(frozen=True)
class Found:
    """An entry for a spelling, and what of the spelling is left: indices, a power, derivatives."""

    entry: Entry
    sub: Node | None
    sup: Node | None
    primes: int
    raised: Node | None = None


def spelling(node: Node, font: str = "") -> Spelling | None:
    r"""How a node is spelled, or None if it is no symbol; accents and fonts reach the letter.

    >>> from derivlab.notation.reading import parse_expression
    >>> spelling(parse_expression(r"\hat{y_i}")).key
    '\\hat{y}'
    """
    if isinstance(node, syntax.Name):
        inside = font and not node.text.startswith(r"\math")
        return Spelling(rf"\math{font}{{{node.text}}}" if inside else node.text)
    if isinstance(node, syntax.Font):
        return spelling(node.body, node.font)
    if isinstance(node, syntax.Accent):
        inner = spelling(node.body, font)
        return None if inner is None else replace(inner, key=rf"\{node.accent}{{{inner.key}}}")
    if isinstance(node, syntax.Script):
        inner = spelling(node.base, font)
        if inner is None or (inner.sub and node.sub) or (inner.sup and node.sup):
            return None
        primes = inner.primes + node.primes
        return Spelling(inner.key, inner.sub or node.sub, inner.sup or node.sup, primes)
    return None


def text_of(node: Node | None) -> str:
    """A script as part of a key."""
    return "" if node is None else to_latex(node).replace(" ", "")


def is_decoration(sup: Node | None) -> bool:
    r"""Whether a superscript belongs to the name: `(1)`, `(i)`, `*`, a word, a bare sign."""
    if isinstance(sup, syntax.Group) and sup.kind in ("(", "[") and len(sup.items) == 1:
        item = sup.items[0]
        return isinstance(item, syntax.Number | syntax.Name) or is_shifted(item)
    if isinstance(sup, syntax.Name):
        return sup.text in STARS or (len(sup.text) > 1 and sup.text[0] != "\\")
    return isinstance(sup, syntax.Sign)


def is_shifted(node: Node | None) -> bool:
    """Whether a node is a letter plus or minus a number: `t + 1`, `l - 1`."""
    return (
        isinstance(node, syntax.Sum)
        and len(node.terms) == 2
        and isinstance(node.terms[0], syntax.Name)
        and isinstance(node.terms[1], syntax.Number)
    )


def full_key(spelled: Spelling) -> str:
    """The key of the whole spelling, scripts and primes included."""
    key = spelled.key + "'" * spelled.primes
    if spelled.sub is not None:
        key += f"_{{{text_of(spelled.sub)}}}"
    if spelled.sup is not None:
        key += f"^{{{text_of(spelled.sup)}}}"
    return key


def find(scope: Scope, spelled: Spelling) -> Found | None:
    """The entry that a spelling means, the most decorated name first; None if there is none.

    A name of the present section comes before another section's, though its font may differ.
    """
    hidden = scope.shadowed.get(spelled.key)
    if hidden is not None and isinstance(spelled.sub, syntax.Name):
        size, shape = scope.ranges.get(spelled.sub.text), scope.entries[spelled.key].shape
        if size == hidden.shape[0] and shape[:1] != (size,):
            return Found(hidden, spelled.sub, spelled.sup, spelled.primes)  # one of the data beside any x
    exact = _find_exactly(scope, spelled)
    if exact is not None and not scope.is_old(exact.entry):
        return exact
    other = _in_another_font(scope, spelled)
    if exact is not None:
        return exact if other is None or scope.is_old(other.entry) else other
    return other if other is not None or r"\math" in spelled.key else _only_function(scope, spelled)


def _in_another_font(scope: Scope, spelled: Spelling) -> Found | None:
    if r"\math" in spelled.key:
        plain = _find_exactly(scope, replace(spelled, key=without_fonts(spelled.key)))
        return plain if plain is not None and plain.entry.by_entries else None
    if spelled.sub is not None or is_decoration(spelled.sup):
        for font in ("bf", "cal"):
            entry = _find_exactly(scope, replace(spelled, key=in_font(spelled.key, font)))
            if entry is not None and entry.sub is not None:
                return entry
    return None


def _only_function(scope: Scope, spelled: Spelling) -> Found | None:
    r"""`h(x)` where the document has one function `h_\theta`: its parameter is often left away."""
    if spelled.sub is not None or spelled.key not in scope.decorated:
        return None
    named = [entry for entry in scope.entries.values() if entry.key.startswith(f"{spelled.key}_{{")]
    if len(named) != 1 or named[0].function is None or is_decoration(spelled.sup):
        return None
    parameter = scope.lookup(named[0].key[len(spelled.key) + 2 : -1])
    if parameter is None or parameter.kind != "variable":
        return None  # `\\sigma_1` is no `\\sigma`
    return Found(named[0], None, spelled.sup, spelled.primes)


FONTS = re.compile(r"\\math(?:bf|cal)\{([^{}]*)\}")
LETTER = re.compile(r"\\?[A-Za-z]+$")


def without_fonts(key: str) -> str:
    r"""`\hat{\mathbf{y}}` is drawn as `\hat{y}`.

    >>> without_fonts(r"\hat{\mathbf{y}}")
    '\\hat{y}'
    """
    return FONTS.sub(r"\1", key)


def in_font(key: str, font: str) -> str:
    r"""The key with its innermost letter in a font.

    >>> in_font(r"\hat{y}", "bf")
    '\\hat{\\mathbf{y}}'
    """
    core = key.rstrip("}")
    letter = LETTER.search(core)
    if letter is None:
        return key
    return core[: letter.start()] + rf"\math{font}{{{letter.group()}}}" + key[len(core) :]


def _find_exactly(scope: Scope, spelled: Spelling) -> Found | None:
    if spelled.key in scope.decorated:
        bare = scope.lookup(spelled.key)
        new = bare is not None and bool(bare.shape) and not scope.is_old(bare)
        for candidate in _candidates(spelled):
            entry = scope.lookup(full_key(candidate))
            if entry is not None and not (new and scope.is_old(entry)):
                return _left_over(entry, spelled, candidate)
        if (raised := _raised(scope, spelled)) is not None:
            return raised
    entry = scope.lookup(spelled.key)
    if entry is None or is_decoration(spelled.sup):
        return None
    return Found(entry, spelled.sub, spelled.sup, spelled.primes)


def _candidates(spelled: Spelling) -> Iterator[Spelling]:
    """The spelling with some of its scripts counted as part of the name."""
    for sub in (spelled.sub, None) if spelled.sub else (None,):
        for sup in (spelled.sup, None) if spelled.sup else (None,):
            for primes in (spelled.primes, 0) if spelled.primes else (0,):
                if sub or sup or primes:
                    yield Spelling(spelled.key, sub, sup, primes)


def _left_over(entry: Entry, spelled: Spelling, used: Spelling) -> Found | None:
    sup = None if used.sup else spelled.sup
    if is_decoration(sup):
        return None
    return Found(entry, None if used.sub else spelled.sub, sup, spelled.primes - used.primes)


RAISED = "^{(·)}"


def _raised(scope: Scope, spelled: Spelling) -> Found | None:
    r"""`x^{(i)}` where `x^{(1)}, x^{(2)}, ...` is a family."""
    sup = spelled.sup
    if not (isinstance(sup, syntax.Group) and sup.kind in ("(", "[") and len(sup.items) == 1):
        return None
    entry = scope.lookup(spelled.key + RAISED)
    if entry is None:
        return None
    return Found(entry, spelled.sub, None, spelled.primes, raised=sup.items[0])


def is_transpose(sup: Node | None) -> bool:
    r"""`^\top`, `^T`, `^\intercal`."""
    return isinstance(sup, syntax.Name) and sup.text in TRANSPOSES
