"""Grades of functions: right, wrong and in between, for the kinds of quantities that a question asks for."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from derivlab.errors import UsageError
from derivlab.grading.model import AnswerGrade, Assignment, Question
from derivlab.grading.sandbox import grade_code
from derivlab.grading.sandbox.points import hidden, shown
from derivlab.grading.sandbox.target import target

Grade = Callable[..., AnswerGrade]
SOFTMAX = "import numpy as np\ndef p(z):\n    e = np.exp(z - z.max())\n    return e / e.sum()\n"
LOGISTIC = r"""Let $x_i \in \mathbb{R}^d$ and $y_i \in \{0, 1\}$ for $i = 1, \dots, N$,
$\theta \in \mathbb{R}^d$ and $\lambda > 0$. Let
$$ \sigma(t) = \frac{1}{1 + e^{-t}}, \qquad g_i := \sigma(\theta^\top x_i), $$
$$ J = -\frac{1}{N} \sum_{i=1}^N \left[ y_i \log g_i + (1 - y_i) \log (1 - g_i) \right]
     + \frac{\lambda}{2} \theta^\top \theta . $$"""
LAYER = r"""Let $h \in \mathbb{R}^d$, $W \in \mathbb{R}^{d \times K}$ and $b, y \in \mathbb{R}^K$. Assume that
$\sum_{k=1}^K y_k = 1$. Let
$$ z = W^\top h + b, \qquad \hat{y} = \operatorname{softmax}(z), \qquad
   J = -\sum_{k=1}^K y_k \log \hat{y}_k . $$"""
PROBABILITIES = r"Let $z \in \mathbb{R}^K$ and $p = \operatorname{softmax}(z)$."
RELU = r"Let $x, w \in \mathbb{R}^d$ and $J = \sum_i \max(0, w_i x_i)$."
ENTROPY = r"Let $x \in \mathbb{R}^n$ with $x_i > 0$. Let $J = \sum_i x_i \log x_i$."
LABELS = (
    r"Let $z \in \mathbb{R}^K$, $y \in \{1, \dots, K\}$, $p = \operatorname{softmax}(z)$, $J = -\log p_y$."
)
SIGNS = r"Let $s \in \{-1, 1\}$ and $t \in \mathbb{R}$, $J = \log(1 + e^{-st})$."

# Name -> (what is given, what to find, the arguments, the source of f, the status, the kind of mistake)
CASES = {
    "logistic": (
        LOGISTIC,
        r"\frac{\partial J}{\partial \theta_j}",
        ("\\theta", "x", "y", "\\lambda"),
        "import numpy as np\ndef f(t, x, y, s):\n"
        "    return x.T @ (1 / (1 + np.exp(-x @ t)) - y) / len(y) + s * t",
        "right",
        "",
    ),
    "one step of descent, written as a vector": (
        LOGISTIC,
        r"\theta - \lambda \nabla_\theta J",
        ("\\theta", "x", "y", "\\lambda"),
        "import numpy as np\ndef f(t, x, y, s):\n"
        "    return t - s * (x.T @ (1 / (1 + np.exp(-x @ t)) - y) / len(y) + s * t)",
        "right",
        "",
    ),
    "a constant for the strength": (
        LOGISTIC,
        r"\nabla_\theta J",
        ("\\theta", "x", "y", "\\lambda"),
        "import numpy as np\ndef f(t, x, y, s):\n"
        "    return x.T @ (1 / (1 + np.exp(-x @ t)) - y) / len(y) + 0.125 * t",
        "wrong",
        "values",
    ),
    "by a matrix": (
        LAYER,
        r"\frac{\partial J}{\partial W_{ij}}",
        ("W", "h", "b", "y"),
        SOFTMAX + "def f(W, h, b, y): return np.outer(h, p(W.T @ h + b) - y)",
        "right",
        "",
    ),
    "the transpose": (
        LAYER,
        r"\frac{\partial J}{\partial W_{ij}}",
        ("W", "h", "b", "y"),
        SOFTMAX + "def f(W, h, b, y): return np.outer(p(W.T @ h + b) - y, h)",
        "wrong",
        "shape",
    ),
    "by a defined quantity": (
        LAYER,
        r"\frac{\partial J}{\partial z_i}",
        ("z", "y"),
        SOFTMAX + "def f(z, y): return p(z) - y",
        "right",
        "",
    ),
    "given a defined quantity": (
        LAYER,
        r"\frac{\partial J}{\partial W_{ij}}",
        ("h", r"\hat{y}", "y"),
        "import numpy as np\ndef f(h, p, y): return np.outer(h, p - y)",
        "right",
        "",
    ),
    "a scalar": (
        LAYER,
        "J",
        ("z", "y"),
        "import numpy as np\ndef f(z, y):\n    m = z.max()\n"
        "    return -(y * (z - m - np.log(np.exp(z - m).sum()))).sum()",
        "right",
        "",
    ),
    "a Jacobian": (
        PROBABILITIES,
        r"\frac{\partial p_i}{\partial z_j}",
        ("z",),
        SOFTMAX + "def f(z): return np.diag(p(z)) - np.outer(p(z), p(z))",
        "right",
        "",
    ),
    "the sign": (
        PROBABILITIES,
        r"\frac{\partial p_i}{\partial z_j}",
        ("z",),
        SOFTMAX + "def f(z): return np.outer(p(z), p(z)) - np.diag(p(z))",
        "wrong",
        "sign",
    ),
    "a factor": (
        PROBABILITIES,
        r"\frac{\partial p_i}{\partial z_j}",
        ("z",),
        SOFTMAX + "def f(z): return 2 * (np.diag(p(z)) - np.outer(p(z), p(z)))",
        "wrong",
        "factor",
    ),
    "the diagonal only": (
        PROBABILITIES,
        r"\frac{\partial p_i}{\partial z_j}",
        ("z",),
        SOFTMAX + "def f(z): return np.diag(p(z) * (1 - p(z)))",
        "wrong",
        "values",
    ),
    "not shifted": (
        PROBABILITIES,
        "p_i",
        ("z",),
        "import numpy as np\ndef f(z): return np.exp(z) / np.exp(z).sum()",
        "partly",
        "extreme inputs",
    ),
    "wrong for large entries": (
        PROBABILITIES,
        "p_i",
        ("z",),
        SOFTMAX + "def f(z): return p(np.clip(z, -35, 35))",
        "partly",
        "extreme inputs",
    ),
    "a kink": (
        RELU,
        r"\frac{\partial J}{\partial w_i}",
        ("w", "x"),
        "import numpy as np\ndef f(w, x): return np.where(w * x > 0, x, 0)",
        "right",
        "",
    ),
    "one side of a kink": (
        RELU,
        r"\frac{\partial J}{\partial w_i}",
        ("w", "x"),
        "def f(w, x): return x",
        "wrong",
        "values",
    ),
    "a positive domain": (
        ENTROPY,
        r"\frac{\partial J}{\partial x_i}",
        ("x",),
        "import numpy as np\ndef f(x): return 1 + np.log(x)",
        "right",
        "",
    ),
    "an epsilon in the logarithm": (
        ENTROPY,
        r"\frac{\partial J}{\partial x_i}",
        ("x",),
        "import numpy as np\ndef f(x): return 1 + np.log(x + 1e-7)",
        "wrong",
        "precision",
    ),
    "labels": (
        LABELS,
        r"\frac{\partial J}{\partial z_i}",
        ("z", "y"),
        SOFTMAX + "def f(z, y):\n    g = p(z)\n    g[y] -= 1\n    return g",
        "right",
        "",
    ),
    "labels from 1": (
        LABELS,
        r"\frac{\partial J}{\partial z_i}",
        ("z", "y"),
        SOFTMAX + "def f(z, y):\n    g = p(z)\n    g[y - 1] -= 1\n    return g",
        "wrong",
        "values",
    ),
    "numbers": (
        SIGNS,
        r"\frac{dJ}{dt}",
        ("t", "s"),
        "import math\ndef f(t, s):\n    u = s * t\n"
        "    return -s * math.exp(-u) / (1 + math.exp(-u)) if u > 0 else -s / (1 + math.exp(u))",
        "right",
        "",
    ),
    "numbers that overflow": (
        SIGNS,
        r"\frac{dJ}{dt}",
        ("t", "s"),
        "import math\ndef f(t, s): return -s / (1 + math.exp(s * t))",
        "partly",
        "extreme inputs",
    ),
}


def graded(given: str, source: str, **question: object) -> AnswerGrade:
    """The grade of a source for a question of its own."""
    asked = Question("1", "", 10.0, "code", function="f", **question)  # type: ignore[arg-type]
    return grade_code(Assignment("", (asked,), "", given), asked, source)


# These run in each ordinary run of the tests, the others in the slow one.
TYPICAL = (
    "logistic",
    "by a matrix",
    "the transpose",
    "a scalar",
    "a Jacobian",
    "a factor",
    "not shifted",
    "a kink",
)


@pytest.mark.parametrize(
    "name", [name if name in TYPICAL else pytest.param(name, marks=pytest.mark.slow) for name in CASES]
)
def test_each_kind_of_quantity(name: str) -> None:
    given, find, arguments, source, status, kind = CASES[name]
    found = graded(given, source, find=find, arguments=arguments)
    assert (found.status, found.kind) == (status, kind), found.reason
    assert found.points == {"right": 10.0, "partly": 6.0, "wrong": 0.0}[status]
    assert ("labels count from 0" in found.reason) == (name == "labels from 1")


def test_the_steps_share_is_what_extreme_inputs_cost() -> None:
    source = "import numpy as np\ndef f(z): return np.exp(z) / np.exp(z).sum()"
    found = graded(PROBABILITIES, source, find="p_i", arguments=("z",), steps_share=0.25)
    assert found.points == 7.5
    assert "overflows" in found.hints[0]


@pytest.mark.slow
def test_float32_is_held_to_what_it_can_tell() -> None:
    source = SOFTMAX + "def f(z): return p(z.astype(np.float32))"
    assert graded(PROBABILITIES, source, find="p_i", arguments=("z",)).status == "right"
    source = SOFTMAX + "def f(z): return p(z.astype(np.float32)).astype(float)"
    found = graded(PROBABILITIES, source, find="p_i", arguments=("z",))
    assert (found.status, found.kind) == ("wrong", "precision")
    assert "compute in float64" in found.hints[0]
    source = SOFTMAX + "def f(z): return (p(z) * (1 + 1e-5)).astype(np.float32)"
    assert graded(PROBABILITIES, source, find="p_i", arguments=("z",)).status == "wrong"


def test_a_wrong_value_is_shown_with_its_input(grade: Grade, right: str) -> None:
    found = grade(right.replace("- y", "+ y"))
    assert found.reason.startswith("grad(z, y) is wrong: entry [")
    assert "at z = [" in found.reason and "; y = [" in found.reason


def test_feedback_is_the_same_in_every_run(grade: Grade, right: str) -> None:
    for source in (right.replace("- y", "+ y"), right.replace("z - z.max()", "z")):
        assert grade(source) == grade(source)


def test_hidden_inputs_differ_from_call_to_call_and_shown_ones_do_not(assignment: Assignment) -> None:
    question = assignment.questions[0]
    asked = target(assignment.problem, question.find, question.arguments)
    drawn = ([point.arrays["z"] for point in hidden(asked)] for _ in range(2))
    # One or two entries may be the same by chance.
    first, second = ([array.tobytes() for array in arrays if array.size > 2] for arrays in drawn)
    assert len(first) > 5 and not set(first).intersection(second)
    once, again = ([point.arrays["z"].tobytes() for point in shown(asked, "7")] for _ in range(2))
    assert once == again
    assert once != [point.arrays["z"].tobytes() for point in shown(asked, "8")]


def test_inputs_satisfy_what_is_assumed(assignment: Assignment) -> None:
    question = assignment.questions[0]
    asked = target(assignment.problem, question.find, question.arguments)
    for point in [*hidden(asked), *shown(asked, "")]:
        assert point.arrays["y"].sum() == pytest.approx(1)


def test_printing_is_kept_and_is_no_answer(grade: Grade, right: str) -> None:
    found = grade(f'print("score: 10")\nimport sys\nprint("note", file=sys.stderr)\n{right}')
    assert found.status == "right"
    assert found.output == "score: 10\nnote\n"


def test_hidden_inputs_are_not_printed(grade: Grade, right: str) -> None:
    found = grade(right.replace("    e =", "    print(len(z))\n    e ="))
    assert len(found.output.splitlines()) == 2  # the two inputs that may be shown


@pytest.mark.parametrize(
    ("source", "status", "reason"),
    [
        ("", "missing", "no code"),
        ("# nothing\n", "missing", "no function `grad`"),
        ("def grad(z, y:\n    return", "needs review", "SyntaxError"),
        pytest.param(
            "def grad(z, y):\n\treturn z\n        return y",
            "needs review",
            "not read by Python",
            marks=pytest.mark.slow,
        ),
        (
            "x = 1 / 0\ndef grad(z, y): return z",
            "wrong",
            "ZeroDivisionError: division by zero (submission.py, line 1)",
        ),
        ("def grad(z, y):\n    return z + 'a'", "wrong", "submission.py, line 2"),
        ("def grad(z): return z", "wrong", "TypeError"),
        ("import pandas\ndef grad(z, y): return z", "needs review", "does not allow the package 'pandas'"),
        pytest.param("def grad(z, y): return grad(z, y)", "wrong", "RecursionError", marks=pytest.mark.slow),
        pytest.param("\0", "needs review", "not read by Python", marks=pytest.mark.slow),
        pytest.param("x = '" + "\ud800" + "'", "missing", "no function", marks=pytest.mark.slow),
    ],
)
def test_code_that_does_not_get_so_far(source: str, status: str, reason: str, grade: Grade) -> None:
    found = grade(source)
    assert (found.status, found.points) == (status, 0)
    assert reason in found.reason


def test_a_cell_with_an_error_stops_no_other(grade: Grade, right: str) -> None:
    cells = ["import seaborn", "1 / 0", "def (", "%matplotlib inline\n!pip install x", right]
    notebook = {"cells": [{"cell_type": "code", "source": cell.splitlines(True)} for cell in cells]}
    assert grade(json.dumps(notebook)).status == "right"
    assert grade("\n# %%\n".join(cells)).status == "right"


def test_a_package_is_there_if_the_question_allows_it(assignment: Assignment) -> None:
    question = replace(assignment.questions[0], packages=("lark",))
    source = "import lark\nimport numpy as np\ndef grad(z, y): return 0 * z"
    assert "is wrong" in grade_code(assignment, question, source).reason
    with pytest.raises(UsageError, match="'no-such-package', which is not installed"):
        grade_code(assignment, replace(question, packages=("no-such-package",)), source)


def test_a_question_that_cannot_be_asked_is_told() -> None:
    with pytest.raises(UsageError, match=r"`arguments` lacks lambda, on which"):
        graded(LOGISTIC, "", find=r"\nabla_\theta J", arguments=("\\theta", "x", "y"))


@pytest.mark.slow
def test_torch_functions(grade: Grade, assignment: Assignment) -> None:
    question = replace(assignment.questions[0], packages=("torch",))
    source = "import torch\ndef grad(z, y): return torch.softmax(z, 0) - y"
    assert grade_code(assignment, question, source).status == "right"


def test_an_answer_takes_less_than_a_second_and_a_half(grade: Grade, right: str) -> None:
    import resource
    import time

    grade(right)

    def used() -> float:
        both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return sum(one.ru_utime + one.ru_stime for one in both)

    begun = used(), time.monotonic()
    grade(right)
    assert used() - begun[0] < 1.5  # processor time, which a busy machine does not change much
