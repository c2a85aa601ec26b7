"""From a diagnosis to what is said of it: by audience, by level of hint, by language."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from derivlab.diagnosis.english import ENGLISH
from derivlab.diagnosis.sentences import Catalogue, Sentences
from derivlab.errors import InternalError, UsageError

if TYPE_CHECKING:
    from derivlab.diagnosis.diagnose import Diagnosis

CATALOGUES: dict[str, Catalogue] = {"en": ENGLISH}
Audience = Literal["student", "instructor"]
LEVELS = (1, 2, 3)


def catalogue(language: str | None = None, environment: Mapping[str, str] = os.environ) -> Catalogue:
    """The messages in a language, or in that of LC_ALL, LC_MESSAGES or LANG; English where there are none.

    >>> catalogue("en") is catalogue("xx")
    True
    """
    stated = language or next(
        (environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), "en"
    )
    return CATALOGUES.get(stated[:2].lower(), ENGLISH)


def sentences(kind: str, language: str | None = None) -> Sentences:
    """The sentences of an error kind."""
    found = catalogue(language).kinds.get(kind) or ENGLISH.kinds.get(kind)
    if found is None:
        raise InternalError(f"no sentence for the error kind {kind!r}")
    return found


def message(diagnosis: Diagnosis, audience: Audience, level: int, language: str | None) -> str:
    """Level 1: where; level 2: what kind; level 3: the rule as well."""
    if level not in LEVELS:
        raise UsageError(f"hints have the levels 1, 2 and 3, not {level}")
    if level == 1 and audience == "student":
        words = catalogue(language)
        at = diagnosis.where
        return words.look_at.format(where=f"${at}$") if diagnosis.span else words.look_at_line
    if diagnosis.parts:
        return _of_parts(diagnosis, audience, level, language)
    found = sentences(diagnosis.kind, language)
    fields = {name: f"${getattr(diagnosis, name)}$" for name in ("where", "detail", "assumption")}
    text = (found.instructor if audience == "instructor" else found.student).format(**fields)
    if level < 3 or audience == "instructor":
        return text
    return catalogue(language).joined.format(first=text, second=found.rule.format())


def _of_parts(diagnosis: Diagnosis, audience: Audience, level: int, language: str | None) -> str:
    """The sentences of all parts, each once."""
    texts = dict.fromkeys(message(part, audience, 2, language) for part in diagnosis.parts)
    if audience == "instructor":
        return "; ".join(texts)
    if level == 3:
        texts[sentences(diagnosis.kind, language).rule.format()] = None
    found = ""
    for text in texts:
        found = catalogue(language).joined.format(first=found, second=text) if found else text
    return found
