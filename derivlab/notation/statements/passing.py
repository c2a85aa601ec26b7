"""What holds for one sentence only, and what no longer holds behind it.

'For all x in R^d' hides a family x of data in its sentence; 'drop the assumption' and a second declaration in
a later section leave open which of the earlier assumptions still stand.
"""

from __future__ import annotations

import re

from derivlab.notation.clauses import Words
from derivlab.notation.elaboration.scope import Scope
from derivlab.notation.sentences import Sentence
from derivlab.notation.statements.quantifiers import bound_in

DROPPING = re.compile(
    r"\b(?:drop|without|remov|relax|lift|abandon|no longer (?:assum|requir|impos)|get rid of)\w*\b"
    r"[^.;]{0,60}?\b(?:assum|constrain|condition|restrict|requir|normali[sz])",
    re.IGNORECASE,
)


class Passing:
    """One sentence: what it binds and what it drops; `end` puts things back."""

    def __init__(self, scope: Scope, sentence: Sentence) -> None:
        self.scope = scope
        bound = {key: scope.lookup(key) for key in bound_in(sentence.elements)}
        self.bound = {key: entry for key, entry in bound.items() if entry is not None}
        if any(isinstance(one, Words) and DROPPING.search(one.text) for one in sentence.elements):
            for entry in list(scope.of_kind("variable")):
                scope.loosen(entry.key, f"something of {entry.key} that may be dropped")

    def end(self) -> None:
        """A family that the sentence hid is meant where only it fits; what is said anew is complete."""
        for key, entry in self.bound.items():
            if entry.family and self.scope.entries[key].name != entry.name:
                self.scope.shadowed[key] = entry
        self.scope.settle_loosened()
