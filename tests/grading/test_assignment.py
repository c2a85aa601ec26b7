"""Assignments: the sample works as it stands, and a mistake in one is one sentence that says what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from derivlab.errors import UsageError
from derivlab.grading import grade_submission, load_assignment
from derivlab.grading.new import SAMPLE, new_assignment
from tests.conftest import Run

PROBLEM = r"Let $z \in \mathbb{R}^K$ and let $J = \log \sum_k e^{z_k}$."
QUESTION = """
title = "T"
[[questions]]
id = "1"
points = 4
"""


def written(folder: Path, toml: str, problem: str = PROBLEM) -> Path:
    folder.mkdir()
    (folder / "assignment.toml").write_text(toml, encoding="utf-8")
    (folder / "problem.md").write_text(problem, encoding="utf-8")
    return folder


def test_the_sample_has_the_three_written_questions_and_one_to_program() -> None:
    assignment = load_assignment(SAMPLE)
    assert [one.id for one in assignment.questions] == ["1a", "1b", "2a", "2b", "2c", "3a", "3b", "3c", "4"]
    assert [one.kind for one in assignment.questions].count("code") == 1
    assert assignment.max_score == 70


def test_a_written_one_is_graded(tmp_path: Path) -> None:
    assignment = load_assignment(written(tmp_path / "a", QUESTION + r"find = '\nabla_z J'"))
    answer = (
        "# 1\n"
        + r"""$$\frac{\partial J}{\partial z_i}
= \frac{\sum_k e^{z_k} \delta_{ik}}{\sum_k e^{z_k}} = \operatorname{softmax}(z)_i$$"""
    )
    found = grade_submission(assignment, answer)
    assert (found.score, found.max_score) == (4.0, 4.0)


@pytest.mark.parametrize(
    ("toml", "told"),
    [
        ("title = ", "assignment.toml: Invalid"),
        ('title = "T"', "give at least one question"),
        (QUESTION, "say what to find"),
        (QUESTION + 'kind = "claim"', "say what to show"),
        (QUESTION + 'kind = "code"\nfind = "J"', "code needs find, function and arguments"),
        (QUESTION + 'kind = "essay"', "`kind` is one of derivation, claim, code"),
        (QUESTION + 'colour = "red"', "the key `colour` is not known"),
        (QUESTION.replace("4", "-4") + r"find = '\nabla_z J'", "`points` is a number above 0"),
        (QUESTION.replace("points = 4", "") + r"find = '\nabla_z J'", "give it `points`"),
        (QUESTION + "steps_share = 1.5", "`steps_share` is a number from 0 to 1"),
        (QUESTION + r"find = '\nabla_w J'", "the index w has no range"),
        (QUESTION + r"find = '\nabla_z'", "assignment.toml"),
        (QUESTION + "find = '\\nabla_z J'\nsection = 'Two'", "has no heading `Two`"),
        (QUESTION + "find = '\\nabla_z J'\nallowed = ['w']", "`w` is not a name of problem.md"),
        (QUESTION + "kind = 'claim'\nshow = '$J$ is concave in $z$'", "what is to be shown is refuted"),
        (QUESTION + "kind = 'claim'\nshow = 'J = 0'", "what is to be shown is refuted"),
        (2 * QUESTION.replace('title = "T"', "") + "", "give the assignment a title"),
    ],
)
def test_a_mistake_is_one_sentence(tmp_path: Path, toml: str, told: str) -> None:
    with pytest.raises(UsageError) as caught:
        load_assignment(written(tmp_path / "a", toml))
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_two_ids_that_a_heading_could_not_tell_apart(tmp_path: Path) -> None:
    other = QUESTION.split("\n", 2)[2].replace('"1"', '"(1)"') + r"find = '\nabla_z J'"
    with pytest.raises(UsageError, match="letters and digits"):
        load_assignment(written(tmp_path / "a", QUESTION + "find = '\\nabla_z J'\n" + other))
    with pytest.raises(UsageError, match="two questions have the id"):
        load_assignment(written(tmp_path / "b", QUESTION + "find = 'J'\n" + other.replace("(1)", "1.")))


def test_a_problem_that_is_not_read_says_where(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"problem\.md is not read at"):
        load_assignment(written(tmp_path / "a", QUESTION + "find = 'J'", "Let $J = w^2$."))


def test_the_folder_has_both_files(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no such folder"):
        load_assignment(tmp_path / "none")
    with pytest.raises(UsageError, match="there is no such file; an assignment is"):
        load_assignment(tmp_path)


def test_a_new_assignment_overwrites_nothing(tmp_path: Path) -> None:
    first = new_assignment(tmp_path / "one" / "two")
    assert [path.name for path in first] == ["assignment.toml", "problem.md"]
    assert load_assignment(tmp_path / "one" / "two").max_score == 70
    with pytest.raises(UsageError, match="exists already"):
        new_assignment(tmp_path / "one" / "two")


def test_from_new_assignment_to_grades_on_the_command_line(derivlab: Run, tmp_path: Path) -> None:
    assert derivlab("new-assignment", "mine", cwd=tmp_path).returncode == 0
    (tmp_path / "ann.md").write_text(
        r"""# 3a
$$\frac{\partial J}{\partial z_i} = -\sum_k y_k (\delta_{ik} - \hat y_i) = \hat y_i - y_i$$""",
        encoding="utf-8",
    )
    done = derivlab("grade", "mine", "ann.md", "--out", "grades", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "1 graded; see grades/summary.md\n"), done.stderr
    again = derivlab("grade", "mine", "ann.md", "--out", "grades", cwd=tmp_path)
    assert again.returncode == 2
    assert "--resume" in again.stderr
    assert "10 of 70 points" in (tmp_path / "grades" / "feedback" / "ann.md").read_text(encoding="utf-8")
