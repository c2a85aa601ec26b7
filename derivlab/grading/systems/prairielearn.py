"""PrairieLearn: the folder of an externally graded question, and the program that its container runs.

It reads `data/data.json`, `student/` and `tests/` below its root and writes `results/results.json`.
"""

from __future__ import annotations

import json
import os
import sys
import uuid
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from derivlab.errors import DerivlabError, UsageError
from derivlab.grading.model import Assignment, SubmissionGrade
from derivlab.grading.systems import bundle
from derivlab.grading.systems.feedback import answer_text, shortened, summary, title_of
from derivlab.grading.systems.folder import graded_folder
from derivlab.grading.systems.gradescope import write_json

ROOT = "/grade"
MOST_BYTES = 1_000_000
IMAGE = "derivlab-grader"
ENTRYPOINT = "/grade/tests/run.sh"
NAMESPACE = uuid.UUID("7d2c2f0a-3f0e-5c0e-9d52-5f5b7e6d1a10")

RUN = """#!/usr/bin/env bash
# Runs for each submission; DERIVLAB_ROOT and DERIVLAB_PYTHON are for trying it elsewhere.
root="${DERIVLAB_ROOT:-/grade}"
export PYTHONPATH="$root/tests" PYTHONSAFEPATH=1 OMP_NUM_THREADS=1 PYTHONDONTWRITEBYTECODE=1
exec "${DERIVLAB_PYTHON:-python3}" -m derivlab.grading.systems.prairielearn "$root"
"""
DOCKERFILE = """# The image that info.json names: docker build -t IMAGE .
FROM python:3.11-slim
COPY requirements.txt /requirements.txt
RUN pip install --no-cache-dir -r /requirements.txt
"""
QUESTION = """<pl-question-panel>
<markdown>
{text}
</markdown>
<pl-file-upload file-names="{files}"></pl-file-upload>
</pl-question-panel>

<pl-submission-panel>
  <pl-external-grader-results></pl-external-grader-results>
  <pl-file-preview></pl-file-preview>
</pl-submission-panel>
"""


def question(folder: Path, image: str = IMAGE) -> bundle.Members:
    """The files of a question for an assignment's folder.

    Args:
        folder: the assignment; it is loaded, so that a mistake in it is told now.
        image: the Docker image that grades; the Dockerfile beside it builds one.
    """
    from derivlab.grading.assignment import load_assignment

    assignment = load_assignment(folder)
    return {
        "info.json": bundle.text(json.dumps(info(assignment, image), indent=2) + "\n"),
        "question.html": bundle.text(_html(assignment)),
        "Dockerfile": bundle.text(DOCKERFILE.replace("IMAGE", image)),
        "requirements.txt": bundle.text(bundle.requirements()),
        "tests/run.sh": bundle.text(RUN, program=True),
        **bundle.assignment_files(folder, "tests/assignment/"),
        **bundle.package("tests/"),
    }


def info(assignment: Assignment, image: str) -> dict[str, Any]:
    """The question's `info.json`."""
    return {
        "uuid": str(uuid.uuid5(NAMESPACE, assignment.fingerprint)),
        "title": assignment.title,
        "topic": "Gradients",
        "type": "v3",
        "gradingMethod": "External",
        "externalGradingOptions": {
            "enabled": True,
            "image": image,
            "entrypoint": ENTRYPOINT,
            "timeout": 120,
            "enableNetworking": False,
        },
    }


def _html(assignment: Assignment) -> str:
    kinds = {one.kind for one in assignment.questions}
    files = (["answers.md"] if kinds - {"code"} else []) + (["code.py"] if "code" in kinds else [])
    asked = [
        f"- {one.id}: {one.title or one.find or one.show} ({one.points:g} points)"
        for one in assignment.questions
    ]
    text = "\n".join(
        [assignment.problem.strip(), "", *asked, "", "Name the question in a heading above each answer."]
    )
    # What stands in a Mustache template or in HTML as a sign of its own is mathematics here.
    for sign, written in (("&", "&amp;"), ("<", "&lt;"), ("{{", "{ {"), ("}}", "} }")):
        text = text.replace(sign, written)
    return QUESTION.format(text=text, files=", ".join(files))


def results(assignment: Assignment, grade: SubmissionGrade) -> dict[str, Any]:
    """A grade in the fields that PrairieLearn reads; at most 1 MB.

    A submission of which something is not read or not decided is `gradable: false`: it costs no attempt
    and no points, and says why.
    """
    waiting = [answer for answer in grade.answers if answer.status == "needs review"]
    gradable = not waiting and not grade.error
    told: dict[str, Any] = {
        "gradable": gradable,
        "score": min(1.0, max(0.0, grade.score / grade.max_score if grade.max_score else 0.0)),
        "message": summary(grade),
        "output": f"files: {grade.file}",
        "format_errors": [],
        "tests": [
            {
                "name": title_of(assignment, answer),
                "description": answer.status,
                "points": answer.points,
                "max_points": answer.max_points,
                "message": answer_text(answer),
                "output": answer.output,
            }
            for answer in grade.answers
        ],
    }
    if not gradable:
        told["format_errors"] = [grade.error] if grade.error else []
        told["format_errors"] += [f"{answer.question}: {answer_text(answer)}" for answer in waiting]
    return _fitting(told)


def _fitting(told: dict[str, Any]) -> dict[str, Any]:
    """The results with their texts cut until they take at most 1 MB."""
    most = 4_000
    while len(json.dumps(told, indent=1).encode()) > MOST_BYTES and most > 10:
        most //= 2
        told["format_errors"] = [shortened(one, most) for one in told["format_errors"]]
        for test in told["tests"]:
            test["message"], test["output"] = (
                shortened(test["message"], most),
                shortened(test["output"], most),
            )
    return told


def asked_here(assignment: Assignment, data: Any) -> Assignment:
    """The assignment, or its one question that the `params` of `data.json` name under `question`."""
    params = data.get("params") if isinstance(data, dict) else None
    name = params.get("question") if isinstance(params, dict) else None
    if name is None:
        return assignment
    found = assignment.question(str(name))
    if found is None:
        raise UsageError(f"data.json asks for the question `{name}`, which the assignment does not have")
    return replace(assignment, questions=(found,))


def run(root: Path) -> dict[str, Any]:
    """Grade `root/student` by `root/tests/assignment` and write `root/results/results.json`."""
    from derivlab.grading.assignment import load_assignment

    data = json.loads((root / "data" / "data.json").read_text(encoding="utf-8"))
    assignment = asked_here(load_assignment(root / "tests" / "assignment"), data)
    told = results(assignment, graded_folder(assignment, root / "student", ""))
    write_json(root / "results" / "results.json", told)
    return told


def main(arguments: Sequence[str]) -> int:
    """The program that the container starts; its one argument is the root."""
    root = Path(arguments[0] if arguments else os.environ.get("DERIVLAB_ROOT", ROOT))
    try:
        run(root)
    except (DerivlabError, OSError, ValueError) as error:
        sys.stderr.write(f"derivlab: {error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
