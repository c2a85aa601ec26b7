"""Short ways to ask for verdicts and readings in tests."""

from __future__ import annotations

from derivlab.notation import Document, StatedClaim, Unread, plain_text, read_text
from derivlab.report.check.judge import Checked, check_statements

GIVEN = (
    r"Let $z, y \in \mathbb{R}^K$, $x \in \mathbb{R}^d$, $W \in \mathbb{R}^{K \times d}$,"
    r" $X \in \mathbb{R}^{N \times d}$,"
    "\n"
    r"$\theta \in \mathbb{R}^d$, $a, b \in \mathbb{R}$, $c > 0$, $t \in \mathbb{R}^N$,"
    r" $A \in \mathbb{R}^{d \times d}$."
    r" For $i = 1, \dots, N$ let $u_i \in \mathbb{R}^d$."
    "\n\n"
)


def document(text: str, given: str = GIVEN, path: str = "text.md") -> Document:
    """The statements of `given` and `text`."""
    return read_text(given + text, path)


def claim(text: str, given: str = GIVEN) -> StatedClaim:
    """The only claim of `text`; fails with the errors if something was not read."""
    found = document(text, given)
    assert not found.errors, [one.error.message for one in found.errors]
    assert len(found.claims) == 1, found.statements
    return found.claims[0]


def right_side(expression: str, given: str = GIVEN) -> str:
    """An expression as it is read, entry by entry: the plain text of the right side of `v = expression`."""
    found = claim(rf"$$ {expression} = {expression} $$", given)
    return plain_text(found.left)


def error(text: str, given: str = GIVEN) -> Unread:
    """The first error of `text`."""
    found = document(text, given)
    assert found.errors, found.statements
    return found.errors[0]


def checked(text: str, given: str = GIVEN) -> list[Checked]:
    """The verdicts on `text`."""
    return [one for one in check_statements(document(text, given).statements) if one.kind == "claim"]


def verdicts(text: str, given: str = GIVEN) -> list[str]:
    """The verdicts on `text`, as words."""
    return [one.verdict for one in checked(text, given)]
