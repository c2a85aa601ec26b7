"""What can go wrong, and whose it is.

Three kinds, so that a caller can tell them apart without reading the message:

* `UnreadableError`: the author of a derivation wrote something that derivlab does not read; it
  carries the place (line, column) and what to write instead.
* `UsageError`: the caller asked for something impossible (an unknown model, a damaged file).
* `InternalError`: derivlab itself is wrong; please report it.
"""

from __future__ import annotations


class DerivlabError(Exception):
    """Base of every error that derivlab raises on purpose."""


class UsageError(DerivlabError):
    """The caller asked for something impossible; the message says what to do instead."""


class InternalError(DerivlabError):
    """derivlab broke one of its own promises; please report it with the input."""


class UnreadableError(DerivlabError):
    """The author wrote something that is not read.

    Args:
        message: what is wrong, in one sentence.
        hint: what to write instead (may be empty).
        start: offset of the first offending character in the source text.
        end: offset after the last offending character.
    """

    def __init__(self, message: str, *, hint: str = "", start: int = 0, end: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.start = start
        self.end = start + 1 if end is None else end

    def at(self, start: int, end: int) -> UnreadableError:
        """The same error, placed at [start, end)."""
        return UnreadableError(self.message, hint=self.hint, start=start, end=end)


class ShapeError(UnreadableError):
    """Shapes or index ranges that do not fit."""


class TooLargeError(UnreadableError):
    """An input beyond a stated bound (depth, size of a number, count of terms)."""


class OutsideClassError(DerivlabError):
    """An expression outside the class that the canonical form represents.

    Never reaches a user as an exception: the verdict becomes 'undecided' with this as its reason.
    """


class BudgetError(OutsideClassError):
    """The step budget of a decision is spent; the verdict becomes 'undecided'."""
