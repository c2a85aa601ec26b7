"""The pages that people read: feedback for a student, the summary of a class; Markdown and HTML."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import jinja2

from derivlab.grading import escaping
from derivlab.grading.model import Assignment, StepResult, SubmissionGrade
from derivlab.grading.tally import Tally

TEMPLATES = Path(__file__).parent / "templates"
CSS = {"right": "right", "partly": "partly", "wrong": "wrong", "missing": "missing", "needs review": "review"}
SHORT = 400


class Pages:
    """The templates, loaded once for a batch. Everything in them is escaped, students' text above all."""

    def __init__(self, assignment: Assignment) -> None:
        self.assignment = assignment
        self.titles = {one.id: one.title for one in assignment.questions}

    @cached_property
    def environment(self) -> jinja2.Environment:
        """Jinja2 with autoescape for HTML; Markdown templates escape by filter, and nothing by default."""
        made = jinja2.Environment(
            loader=jinja2.FileSystemLoader(TEMPLATES),
            autoescape=lambda name: name is not None and name.endswith(".html.j2"),
            undefined=jinja2.StrictUndefined,
            keep_trailing_newline=True,
            trim_blocks=True,
        )
        made.filters.update(
            md=escaping.markdown,
            code=escaping.code,
            cell=escaping.cell,
            block=escaping.block,
            points=shown,
            equation=equation,
            css=lambda status: CSS[status],
        )
        return made

    def markdown(self, grade: SubmissionGrade) -> str:
        """A student's feedback in Markdown."""
        return self._page("feedback.md.j2", grade)

    def html(self, grade: SubmissionGrade) -> str:
        """A student's feedback as a page of its own: no script, nothing loaded."""
        return self._page("feedback.html.j2", grade)

    def _page(self, template: str, grade: SubmissionGrade) -> str:
        page = self.environment.get_template(template)
        return page.render(title=self.assignment.title, titles=self.titles, grade=grade)

    def summary(self, tally: Tally) -> tuple[str, str]:
        """The summary of the class, in Markdown and HTML."""
        values = {
            "title": self.assignment.title,
            "max_score": self.assignment.max_score,
            "questions": self.assignment.questions,
            "tally": tally,
        }
        pages = (self.environment.get_template(f"summary.{form}.j2") for form in ("md", "html"))
        markdown, html = (page.render(**values) for page in pages)
        return markdown, html


def shown(points: float) -> str:
    """Points without a needless `.0`."""
    return f"{points:.2f}".rstrip("0").rstrip(".")


def equation(step: StepResult) -> str:
    """A step as it is written, shortened; control characters made visible."""
    text = escaping.visible(f"{step.left} {step.relation} {step.right}".strip())
    return text if len(text) <= SHORT else text[: SHORT - 1] + "…"
