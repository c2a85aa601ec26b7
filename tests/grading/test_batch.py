"""A class: the same bytes whatever the jobs, whenever it was killed, however often it was resumed."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from derivlab.errors import UsageError
from derivlab.grading import Assignment, batch, engines, load_assignment
from derivlab.grading.batch import Outcome, Plan, grade_batch
from derivlab.grading.files import submissions
from derivlab.grading.journal import NAME, Journal
from tests.clock import slowness
from tests.conftest import Run
from tests.grading.classes import write_assignment, write_class

STUDENTS = 24
SHORT = r"""# 1
$$\frac{{\partial J}}{{\partial W_{{ij}}}} = \frac{{\partial J}}{{\partial z_i}} x_j
= ({number} - N p_i) x_j$$
# 3
$$\frac{{\partial J}}{{\partial z_i}} = -\sum_k y_k (\delta_{{ik}} - \hat y_i) = \hat y_i - y_i$$
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An assignment and a class of short submissions."""
    folder = tmp_path_factory.mktemp("class")
    write_assignment(folder / "assignment")
    (folder / "submissions").mkdir()
    for number in range(STUDENTS):
        text = SHORT.format(number=1 + number % 3)
        (folder / "submissions" / f"student-{number:02d}.md").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def assignment(folder: Path) -> Assignment:
    return load_assignment(folder / "assignment")


def run(assignment: Assignment, folder: Path, out: Path, **plan: object) -> Outcome:
    entries = submissions([folder / "submissions"])
    return grade_batch(assignment, entries, out, Plan(**plan))  # type: ignore[arg-type]


def handed_out(out: Path) -> dict[str, bytes]:
    """Everything that a batch hands out: all of its files but the journal."""
    files = (path for path in out.rglob("*") if path.is_file() and path.name != NAME)
    return {str(path.relative_to(out)): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def uninterrupted(
    assignment: Assignment, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, bytes]:
    """What an uninterrupted batch hands out."""
    out = tmp_path_factory.mktemp("whole") / "grades"
    assert run(assignment, folder, out).graded == STUDENTS
    return handed_out(out)


def test_everything_is_handed_out(uninterrupted: dict[str, bytes]) -> None:
    pages = {f"feedback/student-{number:02d}.{form}" for number in range(STUDENTS) for form in ("md", "html")}
    assert set(uninterrupted) == {"gradebook.csv", "grades.jsonl", "summary.md", "summary.html", *pages}
    assert uninterrupted["grades.jsonl"].count(b"\n") == STUDENTS
    assert b"1. question 1, " in uninterrupted["summary.md"]


def recorded(out: Path) -> int:
    """How many grades the journal holds; 0 where there is none yet, or where it is being written."""
    try:
        with closing(sqlite3.connect(f"file:{out / NAME}?mode=ro", uri=True, timeout=0)) as base:
            return int(base.execute("select count(*) from grades").fetchone()[0])
    except sqlite3.Error:
        return 0


def kill_and_resume(assignment: Assignment, folder: Path, out: Path, moment: float) -> bool:
    """Start a batch, kill it at a moment (the share of its grades, so it does not depend on the
    machine's speed), and resume it; whether it was killed before its end."""
    child = multiprocessing.get_context("fork").Process(target=run, args=(assignment, folder, out))
    child.start()
    grades = moment * STUDENTS
    while child.is_alive() and recorded(out) < int(grades):
        child.join(0.002)
    child.join(0.05 * (grades % 1))
    killed = child.is_alive()
    child.kill()
    child.join()
    run(assignment, folder, out, resume=True)
    return killed


def moments(count: int, seed: int) -> list[float]:
    chance = random.Random(seed)
    return [chance.random() for _ in range(count)]


@pytest.mark.parametrize("moment", moments(3, 1))
def test_killed_and_resumed_is_the_same(
    assignment: Assignment,
    folder: Path,
    uninterrupted: dict[str, bytes],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    moment: float,
) -> None:
    monkeypatch.setattr(engines, "alone", lambda function, piece: function(piece))  # saves a process
    kill_and_resume(assignment, folder, tmp_path / "grades", moment)
    assert handed_out(tmp_path / "grades") == uninterrupted


@pytest.mark.slow
def test_killed_at_twenty_moments_and_resumed_is_the_same(
    assignment: Assignment, folder: Path, uninterrupted: dict[str, bytes], tmp_path: Path
) -> None:
    killed = 0
    for number, moment in enumerate(moments(20, 2)):
        out = tmp_path / f"grades-{number}"
        killed += kill_and_resume(assignment, folder, out, moment)
        assert handed_out(out) == uninterrupted
    assert killed >= 10


def test_two_processes_give_the_same_bytes(
    assignment: Assignment, folder: Path, uninterrupted: dict[str, bytes], tmp_path: Path
) -> None:
    outcome = run(assignment, folder, tmp_path / "grades", jobs=2)
    assert outcome.graded == STUDENTS
    assert handed_out(tmp_path / "grades") == uninterrupted


@pytest.mark.slow
def test_the_grades_do_not_depend_on_the_hash_seed(folder: Path, derivlab: Run, tmp_path: Path) -> None:
    for seed in ("1", "2"):
        words = ("grade", "assignment", "submissions/student-01.md", "--out", str(tmp_path / seed))
        done = derivlab(*words, cwd=folder, PYTHONHASHSEED=seed)
        assert done.returncode == 0, done.stderr
    assert handed_out(tmp_path / "1") == handed_out(tmp_path / "2")


# ---------------------------------------------------------------------------- resume


def test_a_second_batch_needs_resume(assignment: Assignment, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "grades"
    entries = submissions([folder / "submissions" / "student-00.md"])
    grade_batch(assignment, entries, out, Plan())
    with pytest.raises(UsageError, match="holds grades already; go on with --resume"):
        grade_batch(assignment, entries, out, Plan())


def test_resume_grades_what_has_changed_and_keeps_the_rest(
    assignment: Assignment, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "alone", lambda function, piece: function(piece))
    files = [tmp_path / "ann.md", tmp_path / "bob.md"]
    for path in files:
        path.write_text(SHORT.format(number=1), encoding="utf-8")
    grade_batch(assignment, submissions(files), tmp_path / "grades", Plan())
    files[1].write_text(SHORT.format(number=7), encoding="utf-8")
    outcome = grade_batch(assignment, submissions(files), tmp_path / "grades", Plan(resume=True))
    assert (outcome.graded, outcome.kept) == (1, 1)
    lines = (tmp_path / "grades" / "gradebook.csv").read_text(encoding="utf-8").splitlines()
    assert lines[1].startswith("ann,ann.md,20,30,graded,10,right")
    assert lines[2].startswith("bob,bob.md,10,30,graded,0,wrong")


def test_resume_refuses_another_assignment(assignment: Assignment, folder: Path, tmp_path: Path) -> None:
    other = write_assignment(tmp_path / "assignment")
    text = (other / "assignment.toml").read_text(encoding="utf-8").replace("points = 10", "points = 11", 1)
    (other / "assignment.toml").write_text(text, encoding="utf-8")
    entries = submissions([folder / "submissions" / "student-00.md"])
    grade_batch(assignment, entries, tmp_path / "grades", Plan())
    with pytest.raises(UsageError, match="the assignment has changed"):
        grade_batch(load_assignment(other), entries, tmp_path / "grades", Plan(resume=True))


def test_a_damaged_journal_is_one_sentence(assignment: Assignment, folder: Path, tmp_path: Path) -> None:
    (tmp_path / NAME).write_text("this is no database, but it is long enough to be read as one" * 20)
    with pytest.raises(UsageError, match=NAME):
        run(assignment, folder, tmp_path, resume=True)


@pytest.mark.parametrize(("engine", "package"), [("dask", "dask.distributed"), ("ray", "ray")])
def test_an_engine_that_is_not_installed_says_how_to_get_it(
    assignment: Assignment,
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    engine: str,
    package: str,
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(UsageError, match=rf"pip install 'derivlab\[{engine}\]'"):
        run(assignment, folder, tmp_path / "grades", engine=engine, address="tcp://127.0.0.1:1")


# ---------------------------------------------------------------------------- processes that die


def dies(work: int) -> int:
    if work == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return work


@pytest.mark.slow
def test_a_process_that_dies_is_told_apart() -> None:
    with pytest.raises(engines.died()):
        list(engines.run(dies, range(8), 2, "loky"))
    assert engines.alone(dies, 2) == 2
    with pytest.raises(engines.died()):
        engines.alone(dies, 3)


def test_a_submission_that_kills_its_process_is_named_and_the_batch_goes_on(
    assignment: Assignment, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = engines.died()[0]

    def killed(function: object, work: Iterator[batch.Work], *rest: object) -> Iterator[batch.Done]:
        yield batch.grade_one(next(work))
        raise error("killed")

    def alone(function: object, piece: batch.Work) -> batch.Done:
        if piece[1].student == "student-02":
            raise error("killed")
        return batch.grade_one(piece)

    monkeypatch.setattr(engines, "run", killed)
    monkeypatch.setattr(engines, "alone", alone)
    assert run(assignment, folder, tmp_path / "grades").graded == STUDENTS
    with Journal(tmp_path / "grades") as journal:
        found = journal.grade("student-02")
        other = journal.grade("student-03")
    assert found is not None
    assert other is not None
    assert (found.status, other.status) == ("needs review", "graded")
    assert "ended by the system" in found.error


def test_a_submission_that_takes_too_long_needs_review(
    assignment: Assignment, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forever(*_: object) -> None:
        while True:
            time.sleep(0.01)

    monkeypatch.setattr(batch, "grade_handed", forever)
    entries = submissions([folder / "submissions" / "student-00.md"])
    outcome = grade_batch(assignment, entries, tmp_path / "grades", Plan(time_limit=1))
    assert outcome.review == 1
    text = (tmp_path / "grades" / "gradebook.csv").read_text(encoding="utf-8")
    assert "needed more than 1 seconds" in text


# ---------------------------------------------------------------------------- large classes


def test_memory_does_not_grow_with_the_class(assignment: Assignment, folder: Path) -> None:
    """What is remembered is bounded, and no submission leaves anything behind."""
    from derivlab.grading import asking, deciding, explaining, grade_submission

    caches = [deciding.equal, asking._normal, asking.asked]
    assert all(cache.cache_info().maxsize is not None for cache in caches)  # type: ignore[attr-defined]
    for number in range(3):
        grade_submission(assignment, SHORT.format(number=number))
    assert len(explaining._KNOWN) <= explaining.REMEMBERED


@pytest.mark.slow
def test_two_hundred_submissions_of_ten_steps(tmp_path: Path) -> None:
    """At most 60 s on one ordinary core, and memory flat in the number of submissions."""
    import resource

    assignment = load_assignment(write_assignment(tmp_path / "assignment"))
    entries = submissions([write_class(tmp_path / "submissions", 200)])
    began, slower = time.process_time(), slowness()
    memory: list[int] = []
    grade_batch(
        assignment,
        entries,
        tmp_path / "grades",
        Plan(),
        lambda grade: memory.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss),
    )
    assert time.process_time() - began < 60 * max(slower, slowness())
    assert memory[-1] - memory[99] < 20_000  # KB
