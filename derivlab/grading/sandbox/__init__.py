"""Code questions: a student's function, run where it can do no harm, held against the compiled gradient."""

from derivlab.grading.sandbox.grade import grade_code
from derivlab.grading.sandbox.outcome import Limits

__all__ = ["Limits", "grade_code"]
