"""The pytest plugin: fixtures that grade a submission, and marks with points.

A file of tests for an assignment is three lines:

    def test_question(derivlab_question, derivlab_check):
        derivlab_check(derivlab_question)

run by `pytest --derivlab-assignment FOLDER --derivlab-submission FOLDER`: one test a question, worth its
points. Tests of one's own are worth what `@pytest.mark.points(3)` says; `derivlab_award(1.5)` gives a part of
it, and `derivlab_gradient(function, "cross-entropy")` holds a function against the exact gradient.

With `--derivlab-results FILE` the points are written in the form that GitHub Classroom's reporter reads; in a
workflow they are its step's output `result` as well.

pytest loads this module whenever it starts, so it imports nothing of derivlab before a fixture is asked for.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from derivlab.grading.model import AnswerGrade, Assignment, SubmissionGrade

EARNED, WORTH, REVIEW = "derivlab_earned", "derivlab_worth", "derivlab_review"
VERSION = 1
MOST_TEXT = 4_000


def pytest_addoption(parser: pytest.Parser) -> None:
    """The plugin's options."""
    group = parser.getgroup("derivlab", "grading with derivlab")
    group.addoption("--derivlab-assignment", metavar="FOLDER", help="the folder with assignment.toml")
    group.addoption("--derivlab-submission", metavar="PATH", help="a student's file, or folder of files")
    group.addoption("--derivlab-results", metavar="FILE", help="write points as JSON for GitHub Classroom")


def pytest_configure(config: pytest.Config) -> None:
    """Make the mark known, and collect points where the reports arrive."""
    config.addinivalue_line("markers", "points(n): what a test is worth; it earns them if it passes")
    if not hasattr(config, "workerinput"):  # with xdist, the reports arrive in the process that started
        config.pluginmanager.register(Points(config), "derivlab-points")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that takes `derivlab_question` is one test for each question, worth its points."""
    if "derivlab_question" not in metafunc.fixturenames:
        return
    assignment = _assignment(metafunc.config)
    metafunc.parametrize(
        "derivlab_question",
        [
            pytest.param(one.id, id=one.id, marks=pytest.mark.points(one.points))
            for one in assignment.questions
        ],
    )


def _assignment(config: pytest.Config) -> Assignment:
    from derivlab.errors import UsageError
    from derivlab.grading.assignment import load_assignment

    folder = config.getoption("--derivlab-assignment")
    if not folder:
        raise pytest.UsageError("give the assignment: --derivlab-assignment FOLDER")
    try:
        return load_assignment(folder)
    except UsageError as error:
        raise pytest.UsageError(str(error)) from error


# ---------------------------------------------------------------------------- fixtures


@pytest.fixture(scope="session")
def derivlab_assignment(pytestconfig: pytest.Config) -> Assignment:
    """The assignment that `--derivlab-assignment` names."""
    return _assignment(pytestconfig)


@pytest.fixture(scope="session")
def derivlab_grade(pytestconfig: pytest.Config, derivlab_assignment: Assignment) -> SubmissionGrade:
    """The grade of what `--derivlab-submission` names: a file, or a folder with all that is handed in."""
    from derivlab.grading.grade import grade_submission
    from derivlab.grading.systems.folder import graded_folder

    named = pytestconfig.getoption("--derivlab-submission")
    if not named or not Path(named).exists():
        raise pytest.UsageError("give the submission: --derivlab-submission FILE-OR-FOLDER")
    path = Path(named)
    if path.is_dir():
        return graded_folder(derivlab_assignment, path, path.name)
    return grade_submission(derivlab_assignment, path)


@pytest.fixture(scope="session")
def derivlab_answer(derivlab_grade: SubmissionGrade) -> Callable[[str], AnswerGrade]:
    """The grade of one answer, by the question's id."""
    answers = {answer.question: answer for answer in derivlab_grade.answers}
    return answers.__getitem__


@pytest.fixture
def derivlab_award(request: pytest.FixtureRequest) -> Callable[[float], None]:
    """Give the test's points, or a part of them, whether it passes or not."""

    def award(points: float) -> None:
        request.node.user_properties.append((EARNED, float(points)))

    return award


@pytest.fixture
def derivlab_check(
    request: pytest.FixtureRequest,
    derivlab_answer: Callable[[str], AnswerGrade],
    derivlab_award: Callable[[float], None],
) -> Callable[[str], None]:
    """Grade a question within a test: award its points, and fail with the reason unless it is right.

    An answer that needs review skips the test: it has neither passed nor failed.
    """
    from derivlab.grading.systems.feedback import answer_text

    def check(question: str) -> None:
        __tracebackhide__ = True
        answer = derivlab_answer(question)
        derivlab_award(answer.points)
        told = f"{answer.points:g} of {answer.max_points:g} points, {answer.status}\n{answer_text(answer)}"
        if answer.status == "needs review":
            request.node.user_properties.append((REVIEW, told))
            pytest.skip(told)
        if answer.status != "right":
            pytest.fail(told, pytrace=False)

    return check


@pytest.fixture(scope="session")
def derivlab_gradient() -> Callable[..., None]:
    """Assert that a gradient function is right at ordinary and extreme inputs, e.g. by "cross-entropy"."""
    from derivlab.compile.check import check_gradient

    def check(function: Callable[..., Any], against: str, **options: Any) -> None:
        __tracebackhide__ = True
        report = check_gradient(function, against, **options)
        if not report.passed:
            pytest.fail(str(report), pytrace=False)

    return check


# ---------------------------------------------------------------------------- points


@dataclass
class Scored:
    """What a test was worth and earned."""

    name: str
    line: int
    worth: float
    status: str
    earned: float
    message: str = ""

    def as_dict(self) -> dict[str, Any]:
        """The test in the reporter's fields."""
        told = {"name": self.name, "status": self.status, "score": self.earned, "line_no": self.line}
        return {**told, "message": self.message} if self.message else told


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Write what a test is worth into its report, which also reaches the process that started workers."""
    mark = item.get_closest_marker("points")
    known = any(name == WORTH for name, _ in item.user_properties)
    if mark is not None and not known:
        if len(mark.args) != 1 or not isinstance(mark.args[0], int | float):
            raise pytest.UsageError(f"{item.nodeid}: write @pytest.mark.points(3)")
        item.user_properties.append((WORTH, float(mark.args[0])))
    yield


class Points:
    """Adds up the points, tells them at the end, and writes them for GitHub Classroom."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.scored: dict[str, Scored] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note the outcome of a test that is worth something."""
        told: dict[str, Any] = dict(report.user_properties)
        if WORTH not in told or (report.when != "call" and report.passed):
            return
        known = self.scored.get(report.nodeid)
        if known is not None and known.status != "pass":
            return  # it failed; what its teardown does makes it no better
        worth = float(told[WORTH])
        name = report.nodeid.split("::", 1)[-1]
        status = "pass" if report.passed else "fail" if report.failed else "error"
        earned = float(told.get(EARNED, worth if report.passed else 0.0))
        message = "" if report.passed else str(told.get(REVIEW) or report.longreprtext)[-MOST_TEXT:]
        line = (report.location[1] or 0) + 1
        self.scored[report.nodeid] = Scored(name, line, worth, status, min(max(earned, 0.0), worth), message)

    def results(self) -> dict[str, Any]:
        """All points in the form that GitHub Classroom's reporter reads."""
        tests = [self.scored[key] for key in sorted(self.scored)]
        states = {one.status for one in tests}
        status = "fail" if "fail" in states else "error" if "error" in states or not tests else "pass"
        return {
            "version": VERSION,
            "status": status,
            "max_score": round(sum(one.worth for one in tests), 2),
            "tests": [one.as_dict() for one in tests],
        }

    def pytest_sessionfinish(self) -> None:
        """Write the results where they are asked for."""
        path = self.config.getoption("--derivlab-results")
        if not path:
            return
        told = json.dumps(self.results(), separators=(",", ":"))
        Path(path).write_text(told + "\n", encoding="utf-8")
        if output := os.environ.get("GITHUB_OUTPUT"):
            encoded = base64.b64encode(told.encode()).decode()
            with Path(output).open("a", encoding="utf-8") as file:
                file.write(f"result={encoded}\n")

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """One line with the points."""
        if not self.scored:
            return
        tests = self.scored.values()
        earned, worth = sum(one.earned for one in tests), sum(one.worth for one in tests)
        terminalreporter.write_sep("=", f"{round(earned, 2):g} of {round(worth, 2):g} points")
