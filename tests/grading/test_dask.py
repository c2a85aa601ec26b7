"""The same batch on a Dask cluster of this machine, with a worker killed in the middle."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from derivlab.errors import UsageError
from derivlab.grading import load_assignment
from derivlab.grading.batch import Plan, grade_batch
from derivlab.grading.files import submissions
from derivlab.grading.journal import NAME
from derivlab.grading.model import SubmissionGrade
from tests.grading.classes import short_submission, write_assignment, write_class

STUDENTS = 60


def handed_out(out: Path) -> dict[str, bytes]:
    files = (path for path in out.rglob("*") if path.is_file() and path.name != NAME)
    return {str(path.relative_to(out)): path.read_bytes() for path in files}


def test_without_an_address_one_sentence_says_so(tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    assignment = load_assignment(write_assignment(tmp_path / "assignment"))
    entries = submissions([write_class(tmp_path / "class", 1, short_submission)])
    with pytest.raises(UsageError, match="needs the scheduler's address"):
        grade_batch(assignment, entries, tmp_path / "grades", Plan(engine="dask"))


@pytest.mark.slow
def test_an_address_where_nobody_answers_is_one_sentence(tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    assignment = load_assignment(write_assignment(tmp_path / "assignment"))
    entries = submissions([write_class(tmp_path / "class", 1, short_submission)])
    with pytest.raises(UsageError, match="no Dask scheduler answers there"):
        grade_batch(
            assignment, entries, tmp_path / "grades", Plan(engine="dask", address="tcp://127.0.0.1:9")
        )


@pytest.mark.slow
def test_a_worker_killed_in_the_middle_changes_no_byte(tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    assignment = load_assignment(write_assignment(tmp_path / "assignment"))
    entries = submissions([write_class(tmp_path / "class", STUDENTS, short_submission)])
    grade_batch(assignment, entries, tmp_path / "alone", Plan())
    seen: list[str] = []
    killed: list[int] = []
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
    ) as cluster:

        def told(grade: SubmissionGrade) -> None:
            seen.append(grade.student)
            if len(seen) == 5:
                with distributed.Client(cluster.scheduler_address) as client:
                    workers = client.run(os.getpid)
                killed.append(next(iter(workers.values())))
                os.kill(killed[0], signal.SIGKILL)

        plan = Plan(engine="dask", address=cluster.scheduler_address)
        outcome = grade_batch(assignment, entries, tmp_path / "cluster", plan, told)
    assert killed
    assert outcome.graded == STUDENTS
    assert sorted(seen) == [student for student, _ in entries]
    assert handed_out(tmp_path / "cluster") == handed_out(tmp_path / "alone")
