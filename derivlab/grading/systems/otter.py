"""otter-grader: one test file a question, in the format OK, and what `otter generate` packs beside them."""

from __future__ import annotations

import re
from pathlib import Path
from pprint import pformat
from typing import Any

from derivlab.grading.model import Assignment, Question
from derivlab.grading.systems import bundle

CODE = """>>> from derivlab.grading.systems.notebooks import at_least
>>> at_least({question!r}, {points!r})
True
"""


def folder(path: Path) -> bundle.Members:
    """The files for `otter generate -t tests -r requirements.txt assignment derivlab`."""
    from derivlab.grading.assignment import load_assignment

    assignment = load_assignment(path)
    return {
        "requirements.txt": bundle.text(bundle.requirements()),
        **{f"tests/{name}.py": bundle.text(content) for name, content in tests(assignment).items()},
        **bundle.assignment_files(path, "assignment/"),
        **bundle.package(""),
    }


def tests(assignment: Assignment) -> dict[str, str]:
    """The test files by name: each defines `OK_FORMAT` and `test`."""
    return {
        test_name(
            question
        ): f"OK_FORMAT = True\n\ntest = {pformat(test(question), width=100, sort_dicts=False)}\n"
        for question in assignment.questions
    }


def test_name(question: Question) -> str:
    """The name of a question's test, which is also its file's.

    >>> test_name(Question("1 (a)", "", 2.0))
    'q1_a'
    """
    return "q" + re.sub(r"\W+", "_", question.id).strip("_")


def test(question: Question) -> dict[str, Any]:
    """The test of a question: otter knows passed and failed only, so the steps are a case of their own."""
    share = question.steps_share if 0 < question.steps_share < 1 else 0.0
    result = round(question.points * (1 - share), 2)
    rows = (
        [(result, result)] if not share else [(result, result), (question.points, question.points - result)]
    )
    cases = [_case(question, level, points) for level, points in rows]
    return {
        "name": test_name(question),
        "points": sum(case["points"] for case in cases),
        "all_or_nothing": False,
        "suites": [{"type": "doctest", "cases": cases}],
    }


def _case(question: Question, level: float, points: float) -> dict[str, Any]:
    full = level == question.points
    if question.kind == "code":
        what = "it is right at extreme inputs too" if full else "it is right at ordinary inputs"
    else:
        what = "every step is right" if full else "the result is right"
    return {
        "code": CODE.format(question=question.id, points=level),
        "hidden": False,
        "points": points,
        "success_message": f"{question.id}: {what}",
        "failure_message": f"{question.id}: not shown that {what} (a person looks at 'needs review')",
    }
