"""Words around names in prose: verbs, articles, and what may stand between a name and a property."""

from __future__ import annotations

VERBS = frozenset("is are be being denote denotes represent represents has have having was were".split())
ARTICLES = frozenset({"a", "an", "the"})
OPENERS = ARTICLES | {"(", "with", "of", "which", "whose", "that"}
# What may stand between a name and the word, and between the word and a name.
NOUNS = frozenset(
    "vector vectors matrix matrices label labels target targets row rows column columns entries components"
    " elements coordinates number numbers scalar scalars constant constants parameter parameters weights"
    " encoding encodings encoded encode representation class real square kernel covariance hessian weight n"
    " by distribution ground truth true data input inputs coefficient coefficients variable variables".split()
)
PLAIN = NOUNS | frozenset(
    "both all also each every given fixed assumed taken to as in some any its their strictly always"
    " positive semi semidefinite definite symmetric antisymmetric invertible orthogonal real unit one hot"
    " finite known".split()
)
BEFORE = PLAIN | VERBS | OPENERS | {"and", "where", "corresponding"}
AFTER = PLAIN | {"and", "is", "are", "be"}
DENIALS = frozenset({"not", "non", "nor", "un", "anti", "skew", "no", "never", "longer"})
IF = frozenset({"if", "when", "whenever"})
OPENING = frozenset(
    "let assume assuming suppose where with for given consider if when since because as".split()
)
CONCLUDING = frozenset(
    "then thus hence therefore so consequently follows show shows shown prove proves proved conclude verify"
    " check implies imply whether unless claim derive see clear clearly obviously observe evidently find get"
    " obtain becomes means".split()
)
