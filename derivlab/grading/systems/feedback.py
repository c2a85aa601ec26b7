"""A grade in plain text, for systems that show text."""

from __future__ import annotations

from derivlab.grading.model import AnswerGrade, Assignment, SubmissionGrade

MOST = 4_000


def answer_text(answer: AnswerGrade) -> str:
    """Why an answer earned what it did: the reason, the first wrong step, and what to look at again.

    >>> answer_text(AnswerGrade("1", 0.0, 2.0, "wrong", "A sign is wrong.", hints=("Look at line 3.",)))
    'A sign is wrong.\\nLook at line 3.'
    """
    lines = [answer.reason]
    if answer.first_wrong is not None:
        step = answer.first_wrong
        lines.append(f"line {step.line}: {step.left} {step.relation} {step.right} is {step.verdict}")
        lines.append(step.reason if step.reason not in answer.reason else "")
    lines += [hint for hint in answer.hints if hint not in answer.reason]
    if answer.output.strip():
        lines += ["It printed:", answer.output.strip()]
    return shortened("\n".join(line for line in lines if line))


def title_of(assignment: Assignment, answer: AnswerGrade) -> str:
    """A question's id and title."""
    question = assignment.question(answer.question)
    return f"{answer.question} {question.title}".strip() if question else answer.question


def summary(grade: SubmissionGrade) -> str:
    """What a whole submission earned, and what a person still looks at."""
    lines = [f"{grade.score:g} of {grade.max_score:g} points."]
    waiting = [answer.question for answer in grade.answers if answer.status == "needs review"]
    if waiting:
        lines.append(f"A person looks at {', '.join(waiting)} and may add points.")
    if grade.error:
        lines.append(grade.error)
    return shortened("\n".join(lines))


def shortened(text: str, most: int = MOST) -> str:
    """Text without control characters, cut where it is too long.

    >>> shortened("a\\x1b[2Jb" + "c" * 10, most=6)
    'a[2Jb…'
    """
    plain = "".join(letter for letter in text if letter in "\n\t" or letter.isprintable())
    return plain if len(plain) <= most else plain[: most - 1] + "…"
