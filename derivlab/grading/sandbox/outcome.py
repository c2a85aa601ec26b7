"""What can come of running a student's code, and the cleaning of what it says."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from derivlab.errors import UsageError

GIB = 1 << 30


@dataclass(frozen=True)
class Limits:
    """What one answer may use.

    Attributes:
        cpu: seconds of processor time, the interpreter's start included.
        wall: seconds until an answer that uses no processor time is given up.
        memory: bytes of address space.
    """

    cpu: int = 5
    wall: float = 20.0
    memory: int = GIB

    def with_torch(self) -> Limits:
        """The limits of code that imports torch, which alone takes seconds and gigabytes."""
        return Limits(self.cpu + 20, self.wall + 60, self.memory + 15 * GIB)


class UncontainedError(UsageError):
    """This machine cannot contain a stranger's code; none has been run."""


class EndedError(Exception):
    """The process ended, or was ended, before it had answered; the message is for the student.

    Attributes:
        own: whether its own code did that, and no limit.
    """

    def __init__(self, message: str, *, own: bool) -> None:
        super().__init__(message)
        self.own = own


class CallError(Exception):
    """The function raised, or returned no array of numbers.

    Attributes:
        kind: "raises", "type", "shape", "forbidden" (what no code may do) or "limit" (of memory).
    """

    def __init__(self, message: str, kind: str) -> None:
        super().__init__(message)
        self.kind = kind


@dataclass(frozen=True)
class Loaded:
    """What came of loading the code: whether the function is there, and the first error.

    `kind` is "syntax", "import", "forbidden", "limit" or "raises".
    """

    found: bool
    error: str
    kind: str


def object_of(body: bytes) -> dict[str, Any]:
    """A JSON object from a student's process."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise EndedError("sends something else than results", own=True)
    return value


def problem_of(told: dict[str, Any]) -> CallError:
    """Why a call has no result."""
    text = cleaned(told.get("text"))
    match told.get("kind"):
        case "type":
            return CallError(f"returns {text}, no array of numbers", "type")
        case "shape":
            return CallError(f"returns an array of shape {text}", "shape")
        case _:
            return CallError(f"raises {text}", sort_of(text))


def sort_of(text: str) -> str:
    """Whether an error says that a limit was met or that something forbidden was tried.

    >>> sort_of("PermissionError: [Errno 1] Operation not permitted")
    'forbidden'
    """
    if text.startswith(("PermissionError", "RuntimeError: can't start new thread", "BlockingIOError")):
        return "forbidden"
    return "limit" if text.startswith("MemoryError") else "raises"


def cleaned(text: object, most: int = 500) -> str:
    """A stranger's text on one line, without what a terminal obeys, and without addresses.

    >>> cleaned("a\\n\\x1b[31mb <f at 0x7f01ab>")
    'a [31mb <f at 0x…>'
    """
    line = " ".join("".join(c if c.isprintable() else " " for c in str(text or "")[: 4 * most]).split())
    return re.sub(r"0x[0-9a-fA-F]+", "0x…", line)[:most]
