"""A text with its origin: offsets into it become lines and columns of the file that it came from."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Place:
    """A position in a file; lines and columns count from 1."""

    line: int
    column: int


@dataclass(frozen=True)
class Source:
    """The text that is read, and how its offsets map to the original file.

    Attributes:
        path: the name of the file, for messages.
        original: the file's characters.
        text: what is read; the same as `original` except for notebooks, whose cells are joined.
        jumps: pairs (offset in text, offset in original); between two of them both run in step.
    """

    path: str
    original: str
    text: str
    jumps: tuple[tuple[int, int], ...] = ((0, 0),)
    _line_starts: list[int] = field(init=False, repr=False, compare=False)
    _keys: list[int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        starts = [0, *(at + 1 for at, letter in enumerate(self.original) if letter == "\n")]
        object.__setattr__(self, "_line_starts", starts)
        object.__setattr__(self, "_keys", [key for key, _ in self.jumps])

    @classmethod
    def plain(cls, text: str, path: str = "<text>") -> Source:
        """A source that is read as it stands."""
        return cls(path, text, text)

    def origin(self, offset: int) -> int:
        """The offset in the original file of an offset in `text`."""
        key, start = self.jumps[max(bisect_right(self._keys, offset) - 1, 0)]
        return min(start + offset - key, len(self.original))

    def place(self, offset: int) -> Place:
        """Line and column in the original file.

        >>> Source.plain("a\\nbc").place(3)
        Place(line=2, column=2)
        """
        at = self.origin(offset)
        line = bisect_right(self._line_starts, at)
        return Place(line, at - self._line_starts[line - 1] + 1)

    def line(self, number: int) -> str:
        """The characters of a line, without its end.

        >>> Source.plain("a\\nbc").line(2)
        'bc'
        """
        start = self._line_starts[number - 1]
        end = self._line_starts[number] - 1 if number < len(self._line_starts) else len(self.original)
        return self.original[start:end].rstrip("\r")
