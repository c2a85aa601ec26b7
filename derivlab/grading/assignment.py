"""An assignment is a folder: `assignment.toml` says what is asked, `problem.md` what is given."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from derivlab.errors import UsageError
from derivlab.grading.model import KINDS, Assignment, Question

TOML, PROBLEM = "assignment.toml", "problem.md"
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._()-]{0,39}\Z")
IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


def load_assignment(folder: str | Path) -> Assignment:
    """The assignment in a folder.

    Raises `UsageError` with one sentence that says what to change where something is missing, is not
    read, or asks for what derivlab cannot derive.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise UsageError(f"{folder}: there is no such folder; `derivlab new-assignment NAME` writes one")
    settings, problem = _text(folder / TOML), _text(folder / PROBLEM)
    try:
        table = tomllib.loads(settings)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{folder / TOML}: {error}") from error
    assignment = _assignment(table, str(folder), problem, _fingerprint(settings, problem))
    from derivlab.grading.solvable import check_questions

    check_questions(assignment)
    return assignment


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise UsageError(f"{path}: there is no such file; an assignment is {TOML} and {PROBLEM}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not UTF-8 text (byte {error.start}); save it as UTF-8") from error
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}") from error


def _fingerprint(settings: str, problem: str) -> str:
    digest = hashlib.sha256()
    for text in (settings, problem):
        data = text.encode()
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()


def _assignment(table: Mapping[str, Any], folder: str, problem: str, fingerprint: str) -> Assignment:
    unknown = set(table) - {"title", "questions"}
    if unknown:
        raise UsageError(f"{TOML}: the key `{min(unknown)}` is not known; there are title and questions")
    title, entries = table.get("title", ""), table.get("questions", [])
    if not isinstance(title, str) or not title:
        raise UsageError(f'{TOML}: give the assignment a title, e.g. title = "Problem set 1"')
    if not isinstance(entries, list) or not entries or not all(isinstance(one, dict) for one in entries):
        raise UsageError(f"{TOML}: give at least one question, each under [[questions]]")
    questions = tuple(_question(entry, number) for number, entry in enumerate(entries, 1))
    spelled: dict[str, str] = {}
    for question in questions:
        other = spelled.setdefault(_plain(question.id), question.id)
        if other is not question.id:
            raise UsageError(f"{TOML}: two questions have the id `{question.id}`; a heading names one")
    return Assignment(title, questions, folder, problem, fingerprint)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


# ---------------------------------------------------------------------------- the keys of a question

Check = Callable[[Any], bool]


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_points(value: Any) -> bool:
    return _is_number(value) and 0 < value <= 10_000


def _is_share(value: Any) -> bool:
    return _is_number(value) and 0 <= value <= 1


# Key of assignment.toml -> the attribute of `Question`, what it may be, and that in words.
KEYS: dict[str, tuple[str, Check, str]] = {
    "id": (
        "id",
        lambda v: _is_text(v) and bool(ID.match(v)),
        'a short name of letters and digits, e.g. "1a"',
    ),
    "title": ("title", _is_text, "a text"),
    "points": ("points", _is_points, "a number above 0"),
    "kind": ("kind", lambda v: v in KINDS, f"one of {', '.join(KINDS)}"),
    "find": ("find", _is_text, "LaTeX"),
    "show": ("show", _is_text, "LaTeX or a sentence with `$...$`"),
    "section": ("section", _is_text, "the text of a heading in problem.md"),
    "steps": ("steps_required", lambda v: isinstance(v, bool), "true or false"),
    "steps_share": ("steps_share", _is_share, "a number from 0 to 1"),
    "allowed": ("allowed", _is_texts, "a list of names in LaTeX"),
    "function": (
        "function",
        lambda v: _is_text(v) and bool(IDENTIFIER.match(v)),
        "the name of a Python function",
    ),
    "arguments": ("arguments", _is_texts, "a list of names in LaTeX"),
    "seed": ("seed", lambda v: isinstance(v, int) and not isinstance(v, bool) and v >= 0, "a whole number"),
    "packages": ("packages", _is_texts, "a list of packages that code may import"),
}


def _question(entry: Mapping[str, Any], number: int) -> Question:
    where = f"{TOML}: question {entry.get('id', number)!r}"
    values: dict[str, Any] = {}
    for key, value in entry.items():
        if key not in KEYS:
            raise UsageError(f"{where}: the key `{key}` is not known; there are {', '.join(KEYS)}")
        name, check, wanted = KEYS[key]
        if not check(value):
            raise UsageError(f"{where}: `{key}` is {wanted}, not {value!r}")
        values[name] = tuple(value) if isinstance(value, list) else value
    for key in ("id", "points"):
        if key not in values:
            raise UsageError(f"{where}: give it `{key}`")
    values["points"] = float(values["points"])
    question = Question(**{"title": "", **values})
    _complete(question, where)
    return question


def _complete(question: Question, where: str) -> None:
    """What each kind of question needs."""
    match question.kind:
        case "derivation" if not question.find:
            raise UsageError(rf"{where}: say what to find, e.g. find = '\nabla_z J'")
        case "claim" if not question.show:
            raise UsageError(f"{where}: say what to show, e.g. show = '$J$ is convex in $z$'")
        case "code" if not (question.find and question.function and question.arguments):
            raise UsageError(f"{where}: code needs find, function and arguments")
