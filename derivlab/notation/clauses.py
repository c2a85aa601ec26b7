"""The tokens of a stretch of mathematics to clauses: what stands between commas, line ends and words.

A clause is a chain `A = B = C` whose sides are parsed one by one, so that a side that is not read
hides no other. A row of an `align` that starts with a relation goes on with the chain before it.
"""

from __future__ import annotations

from dataclasses import dataclass

from lark import Token

from derivlab.errors import UnreadableError
from derivlab.notation.brackets import Matched, match_brackets, retyped
from derivlab.notation.parser import parse_list
from derivlab.notation.syntax import Chain, Node

MAX_JOINED_ROWS = 12


@dataclass(eq=False)
class Side:
    """One side of a relation: its tokens, parsed on first use (a side stands in two claims of a chain)."""

    tokens: tuple[Token, ...]
    start: int
    end: int
    _parsed: Node | None = None

    def parse(self) -> Node:
        """The syntax of this side; raises `UnreadableError` with its place."""
        if self._parsed is None:
            self._parsed = self._parse()
        return self._parsed

    def _parse(self) -> Node:
        for token in self.tokens:
            if token.type == "BAD":
                hint = getattr(token.value, "hint", "")
                raise UnreadableError(str(token.value), hint=hint, start=token.start_pos, end=token.end_pos)
        if not self.tokens:
            hint = "write an expression on both sides of the relation"
            raise UnreadableError(
                "one side of this relation is empty", hint=hint, start=self.start, end=self.end
            )
        found = parse_list(list(self.tokens))
        if len(found) != 1 or isinstance(found[0], Chain):
            raise UnreadableError("this is not one expression", start=self.start, end=self.end)
        return found[0]


@dataclass
class Clause:
    """Sides with relations between them.

    Attributes:
        sides, relations: one more side than relations; the relations are tokens.
        after: what ended the clause: comma, stop, row, words or link.
        display: whether it stands in a display.
        row: which row of its display it starts in.
    """

    sides: list[Side]
    relations: list[Token]
    after: str = ""
    display: bool = False
    row: int = 0
    link: str = ""

    @property
    def start(self) -> int:
        return self.sides[0].start

    @property
    def end(self) -> int:
        return self.sides[-1].end


@dataclass(frozen=True)
class Words:
    """Prose, from around or from inside a formula."""

    text: str
    start: int
    end: int


def split_clauses(tokens: list[Token], display: bool) -> list[Clause | Words]:
    """The clauses and the words of one stretch of mathematics, in the order of reading."""
    found: list[Clause | Words] = []
    for number, row in enumerate(_joined([match_brackets(row) for row in _rows(tokens)])):
        clauses = _row_clauses(row, display, number)
        first = next((one for one in clauses if isinstance(one, Clause)), None)
        previous = _before(found, first, clauses)
        if first is not None and previous is not None and _continues(first, previous):
            _extend(previous, first)
            clauses.remove(first)
        found.extend(clauses)
    return found


def _before(found: list[Clause | Words], first: Clause | None, row: list[Clause | Words]) -> Clause | None:
    r"""The clause that a row may go on with; past words (`\intertext`) if it starts with a relation."""
    if first is None:
        return None
    if first.sides[0].tokens:
        last = found[-1] if found and row[0] is first else None
        return last if isinstance(last, Clause) else None
    return next((one for one in reversed(found) if isinstance(one, Clause)), None)


def _rows(tokens: list[Token]) -> list[list[Token]]:
    """Split at the line ends that stand outside braces, `cases` and matrices."""
    rows: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        kind = token.type
        if kind in ("LBRACE", "CASES", "MATRIX"):
            depth += 1
        elif kind in ("RBRACE", "ENDCASES", "ENDMATRIX"):
            depth = max(depth - 1, 0)
        if depth == 0 and kind == "ROW":
            rows.append([])
        elif depth > 0 or kind not in ("AMP", "EDGE", "RIGHTDOT"):
            rows[-1].append(token)
        elif kind == "EDGE" and rows[-1]:
            rows.append([])
    return [row for row in rows if row]


def _joined(rows: list[Matched]) -> list[Matched]:
    """Rows between which a bracket stays open are one."""
    out: list[Matched] = []
    at = 0
    while at < len(rows):
        row, at = _with_next(rows, at) if rows[at].broken else (rows[at], at + 1)
        out.append(row)
    return out


def _with_next(rows: list[Matched], at: int) -> tuple[Matched, int]:
    """The broken row `at`, joined with as many of the next as it takes to match; and where to go on."""
    tokens = rows[at].source
    for end in range(at + 1, min(at + MAX_JOINED_ROWS, len(rows))):
        tokens = tokens + rows[end].source
        if rows[end].broken:
            whole = match_brackets(tokens)
            if not whole.broken:
                return whole, end + 1
    return rows[at], at + 1


SEPARATORS = {"COMMA": "comma", "SEMI": "comma", "PERIOD": "stop", "TEXT": "words", "LINK": "link"}


def _unwrapped(row: Matched) -> list[tuple[Token, int]]:
    r"""The tokens with their depths; `\quad (i = 1, \dots, n)` without its parentheses."""
    pairs = list(zip(row.tokens, row.depths, strict=True))
    for at in range(len(pairs) - 1, 0, -1):
        opener, depth = pairs[at]
        if opener.type != "OPEN" or opener.value != "(" or depth or pairs[at - 1][0].type != "LINK":
            continue
        stop = next((k for k in range(at + 1, len(pairs)) if pairs[k][1] == 0), len(pairs))
        ends = stop + 1 >= len(pairs) or pairs[stop + 1][0].type in SEPARATORS
        if ends and any(token.type == "REL" and level == 1 for token, level in pairs[at:stop]):
            inner = [(_outer(token), level - 1) for token, level in pairs[at + 1 : stop]]
            pairs[at : stop + 1] = inner
    return pairs


def _outer(token: Token) -> Token:
    return retyped(token, "COMMA") if token.type == "_COMMA" else token


def _row_clauses(row: Matched, display: bool, number: int) -> list[Clause | Words]:
    out: list[Clause | Words] = []
    part: list[tuple[Token, int]] = []
    for token, depth in _unwrapped(row):
        ends = SEPARATORS.get(token.type) if depth == 0 else None
        if ends is None:
            part.append((token, depth))
            continue
        if part:
            out.append(_clause(part, ends, display, number))
            part = []
        if token.type == "TEXT":
            out.append(Words(str(token.value), token.start_pos, token.end_pos))
        elif ends in ("stop", "link") and out and isinstance(out[-1], Clause):
            out[-1].after = ends
            out[-1].link = str(token.value)
    if part:
        out.append(_clause(part, "row", display, number))
    return _without_quads(out)


def _clause(part: list[tuple[Token, int]], after: str, display: bool, number: int) -> Clause:
    sides: list[list[Token]] = [[]]
    relations: list[Token] = []
    for token, depth in part:
        if depth == 0 and token.type in ("REL", "COLON"):
            relations.append(retyped(token, "REL", ":") if token.type == "COLON" else token)
            sides.append([])
        else:
            sides[-1].append(token)
    return Clause(
        [_side(tokens, relations, k) for k, tokens in enumerate(sides)], relations, after, display, number
    )


def _side(tokens: list[Token], relations: list[Token], k: int) -> Side:
    """A side; an empty one stands at its relation."""
    if tokens:
        return Side(tuple(tokens), tokens[0].start_pos, tokens[-1].end_pos)
    near = relations[min(k, len(relations) - 1)]
    return Side((), near.start_pos, near.end_pos)


def _without_quads(parts: list[Clause | Words]) -> list[Clause | Words]:
    r"""`\quad` splits two statements, and is layout inside one."""
    out: list[Clause | Words] = []
    for part in parts:
        before = out[-1] if out else None
        if isinstance(part, Clause) and isinstance(before, Clause) and _is_one(before, part):
            _extend(before, part)
        else:
            out.append(part)
    return out


def _is_one(before: Clause, part: Clause) -> bool:
    """Whether only layout stands between two clauses: at most one of them has a relation."""
    return before.after == "link" and "quad" in before.link and not (before.relations and part.relations)


def _continues(clause: Clause, previous: Clause) -> bool:
    """Whether a row goes on with the statement that the row before it left open."""
    first = clause.sides[0]
    if not first.tokens or not previous.sides[-1].tokens:
        return True
    kind = first.tokens[0].type
    if kind in ("PLUS", "MUL"):
        return True
    if kind in ("MINUS", "PM"):
        return not clause.relations
    return previous.sides[-1].tokens[-1].type in ("PLUS", "MINUS", "MUL")


def _extend(clause: Clause, more: Clause) -> None:
    """Append the tokens of `more` to the last side, and its further sides."""
    last, first = clause.sides[-1], more.sides[0]
    tokens = last.tokens + first.tokens
    start = tokens[0].start_pos if tokens else last.start
    clause.sides[-1] = Side(tokens, start, tokens[-1].end_pos if tokens else last.end)
    clause.sides.extend(more.sides[1:])
    clause.relations.extend(more.relations)
    clause.after, clause.link = more.after, more.link
