"""The form of a catalogue of messages: one a language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Sentences:
    """What to say of one error kind.

    `{where}`, `{detail}` and `{assumption}` are filled in, as mathematics between dollar signs; a brace
    that is meant is doubled.

    Attributes:
        student: what kind of mistake it is, in plain words.
        instructor: the same, short and with what was expected.
        rule: the rule that helps, with its statement.
    """

    student: str
    instructor: str
    rule: str


@dataclass(frozen=True)
class Catalogue:
    """All messages of a language.

    Attributes:
        look_at: the mildest hint, with `{where}`.
        look_at_line: the same where no piece can be named.
        joined: two sentences after each other, `{first}` and `{second}`.
        steps: by a step's role in its chain; `{line}` is the line of the first wrong step.
        labels: what stands before a hint, a remark on a chain, a correct right side.
        difference: introduces what is left of left − right, `{difference}`.
        kinds: by the name of the error kind.
    """

    look_at: str
    look_at_line: str
    joined: str
    steps: Mapping[str, str]
    labels: Mapping[str, str]
    difference: str
    kinds: Mapping[str, Sentences]
