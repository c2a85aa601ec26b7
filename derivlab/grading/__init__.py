"""Floor 9: grades. An assignment, a submission, and points with a reason and the first wrong step.

The public names are loaded when they are first used: pytest imports this folder whenever it starts where
derivlab is installed, for the plugin in it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from derivlab.grading.assignment import load_assignment as load_assignment
    from derivlab.grading.grade import grade_handed as grade_handed
    from derivlab.grading.grade import grade_submission as grade_submission
    from derivlab.grading.model import AnswerGrade as AnswerGrade
    from derivlab.grading.model import Assignment as Assignment
    from derivlab.grading.model import Question as Question
    from derivlab.grading.model import StepResult as StepResult
    from derivlab.grading.model import SubmissionGrade as SubmissionGrade
    from derivlab.grading.submission import Handed as Handed

# Public name -> the module that defines it.
_HOME = {
    "AnswerGrade": "model",
    "Assignment": "model",
    "Handed": "submission",
    "Question": "model",
    "StepResult": "model",
    "SubmissionGrade": "model",
    "grade_handed": "grade",
    "grade_submission": "grade",
    "load_assignment": "assignment",
}

__all__ = [
    "AnswerGrade",
    "Assignment",
    "Handed",
    "Question",
    "StepResult",
    "SubmissionGrade",
    "grade_handed",
    "grade_submission",
    "load_assignment",
]


def __getattr__(name: str) -> Any:
    """Load a public name from its module on first use."""
    if name not in _HOME:
        raise AttributeError(f"module 'derivlab.grading' has no attribute {name!r}")
    return getattr(import_module(f"derivlab.grading.{_HOME[name]}"), name)
