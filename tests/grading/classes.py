"""Made-up classes: submissions of ten steps, with letters and mistakes that vary from student to student."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

TOML = r"""
title = "Three gradients"

[[questions]]
id = "1"
title = "by W"
points = 10
section = "Softmax"
find = '\frac{\partial J}{\partial W_{ij}}'

[[questions]]
id = "2"
points = 10
section = "Logistic regression"
find = '\frac{\partial J}{\partial \theta_j}'

[[questions]]
id = "3"
points = 10
section = "Cross-entropy"
find = '\frac{\partial J}{\partial z_i}'
"""

# One mistake: what stands in a right chain, and what a student writes instead.
MISTAKES = (
    ("(1 - N p_{A})", "(N p_{A} - 1)"),
    ("(1 - N p_{A}) x_{B}", "(1 - N p_{A})"),
    ("(g_{S} - y_{S}) x_{SB}", "(y_{S} - g_{S}) x_{SB}"),
    (r"+ \lambda \theta_{B} .", "."),
    (r"\hat{y}_{A} - y_{A} .", r"y_{A} - \hat{y}_{A} ."),
    (r"\hat{y}_{S} (\delta_{AS} - \hat{y}_{A})", r"\hat{y}_{S} (1 - \hat{y}_{A})"),
    (r"\frac{1}{N} \sum_{S=1}^N (g", r"\sum_{S=1}^N (g"),
)

SUBMISSION = r"""# Problem set

## Question 1

\begin{align}
\frac{\partial J}{\partial W_{AB}}
&= \sum_{S=1}^N \frac{\partial J}{\partial z_{S}} \frac{\partial z_{S}}{\partial W_{AB}} \\
&= \frac{\partial J}{\partial z_{A}} x_{B} \\
&= (1 - N p_{A}) x_{B} .
\end{align}

## Question 2

\begin{align}
\frac{\partial J}{\partial \theta_{B}}
&= -\frac{1}{N} \sum_{S=1}^N \left( \frac{y_{S}}{g_{S}} - \frac{1 - y_{S}}{1 - g_{S}} \right)
   \frac{\partial g_{S}}{\partial \theta_{B}} + \lambda \theta_{B} \\
&= -\frac{1}{N} \sum_{S=1}^N \left( y_{S} (1 - g_{S}) - (1 - y_{S}) g_{S} \right) x_{SB}
   + \lambda \theta_{B} \\
&= \frac{1}{N} \sum_{S=1}^N (g_{S} - y_{S}) x_{SB} + \lambda \theta_{B} .
\end{align}

## Question 3

\begin{align}
\frac{\partial J}{\partial z_{A}}
&= -\sum_{S=1}^K \frac{y_{S}}{\hat{y}_{S}} \frac{\partial \hat{y}_{S}}{\partial z_{A}} \\
&= -\sum_{S=1}^K \frac{y_{S}}{\hat{y}_{S}} \hat{y}_{S} (\delta_{AS} - \hat{y}_{A}) \\
&= -y_{A} + \hat{y}_{A} \sum_{S=1}^K y_{S} \\
&= \hat{y}_{A} - y_{A} .
\end{align}
"""


def submission(number: int) -> str:
    """The submission of student `number`: about half of them make one or two mistakes."""
    chance = random.Random(number)
    text = SUBMISSION
    for old, new in chance.sample(MISTAKES, chance.choice((0, 0, 1, 1, 2))):
        text = text.replace(old, new)
    free, second = chance.choice(("ij", "jk", "mn", "rs", "kl"))
    bound = chance.choice([letter for letter in "ijklmnqs" if letter not in (free, second)])
    for name, letter in (("{A}", free), ("{B}", second), ("{S}", bound)):
        text = text.replace(name, "{" + letter + "}")
    text = text.replace("{AB}", f"{{{free}{second}}}").replace("{SB}", f"{{{bound}{second}}}")
    text = text.replace("{AS}", f"{{{free}{bound}}}").replace("{S=1}", f"{{{bound}=1}}")
    return text + f"\nHanded in by student {number}.\n"


def write_assignment(folder: Path) -> Path:
    """An assignment of three questions about the problem of the sample."""
    from derivlab.grading.new import SAMPLE

    folder.mkdir()
    (folder / "assignment.toml").write_text(TOML, encoding="utf-8")
    (folder / "problem.md").write_text((SAMPLE / "problem.md").read_text(encoding="utf-8"), encoding="utf-8")
    return folder


def short_submission(number: int) -> str:
    """One of the three answers of `submission(number)`."""
    head, *answers = submission(number).split("## Question")
    return f"{head}## Question{answers[number % 3]}"


def write_class(folder: Path, students: int, text: Callable[[int], str] = submission) -> Path:
    """So many submissions."""
    folder.mkdir()
    for number in range(students):
        (folder / f"student-{number:05d}.md").write_text(text(number), encoding="utf-8")
    return folder
