"""GitHub Classroom: the files of a repository whose every push derivlab's pytest plugin grades."""

from __future__ import annotations

from pathlib import Path

from derivlab.grading.systems import bundle

WORKFLOW = """name: Autograding Tests
on: [push, workflow_dispatch]

permissions:
  checks: write
  actions: read
  contents: read

jobs:
  run-autograding-tests:
    runs-on: ubuntu-latest
    if: github.actor != 'github-classroom[bot]'
    env:
      PYTHONSAFEPATH: "1" # a student's numpy.py beside the answers is no module of the grader
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.11"
      - run: python -m pip install -r .grading/requirements.txt
      - name: derivlab
        id: derivlab
        run: |
          python -m pytest -q -p derivlab.grading.pytest_plugin --rootdir .grading \\
            --derivlab-assignment .grading/assignment --derivlab-submission submission \\
            --derivlab-results results.json .grading/test_assignment.py || true
        env:
          PYTHONPATH: .grading
          OMP_NUM_THREADS: "1"
      - name: Autograding Reporter
        uses: classroom-resources/autograding-grading-reporter@v1
        env:
          DERIVLAB_RESULTS: "${{ steps.derivlab.outputs.result }}"
        with:
          runners: derivlab
"""
TESTS = '''"""One test for each question, worth its points."""


def test_question(derivlab_question, derivlab_check):
    derivlab_check(derivlab_question)
'''
README = """Put your answers into the folder `submission`: one file in Markdown or LaTeX, or a notebook, with
a heading for each question, and Python files for questions that ask for code. Every push is graded.
"""


def repository(folder: Path) -> bundle.Members:
    """The files of a template repository for an assignment's folder.

    Choose `.github` and `.grading` as protected paths in GitHub Classroom: whoever can change them grades.
    """
    from derivlab.grading.assignment import PROBLEM, load_assignment

    assignment = load_assignment(folder)
    headings = "\n\n".join(f"## {question.id}" for question in assignment.questions)
    return {
        ".github/workflows/classroom.yml": bundle.text(WORKFLOW),
        ".grading/requirements.txt": bundle.text(bundle.requirements() + "pytest>=8.2\n"),
        ".grading/test_assignment.py": bundle.text(TESTS),
        ".grading/pytest.ini": bundle.text("[pytest]\n"),
        "README.md": bundle.text(f"# {assignment.title}\n\n{README}"),
        PROBLEM: bundle.Member((folder / PROBLEM).read_bytes()),
        "submission/answers.md": bundle.text(f"{headings}\n"),
        **bundle.assignment_files(folder, ".grading/assignment/"),
        **bundle.package(".grading/"),
    }
