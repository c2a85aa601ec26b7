"""What a document is told of its mistakes: places, repairs in its own notation, chains, hints."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from derivlab.cli.main import main
from derivlab.diagnosis import Diagnosis, diagnose_stated, difference, solution
from derivlab.notation import StatedClaim, read_text
from derivlab.report.check import Checked, check_statements
from tests.diagnosis.corpus import LIKELIHOOD, LOGISTIC, OUTPUT, RIDGE, SCALAR, SOFTMAX, VECTOR


def claim_in(given: str, equation: str) -> StatedClaim:
    return read_text(f"{given}\n\n$$ {equation} $$\n").claims[-1]


def found_in(given: str, equation: str) -> tuple[Diagnosis, str]:
    """The diagnosis, and the text that it underlines."""
    claim = claim_in(given, equation)
    found = diagnose_stated(claim)
    assert found is not None
    underlined = "" if found.span is None else claim.extent.source.text[slice(*found.span)]
    return found, underlined


GRADIENT = r"\frac{\partial J}{\partial z_i}"
# given, equation, kind, what is underlined, the repair
PLACES = [
    (SOFTMAX, rf"{GRADIENT} = p_i + y_i", "sign of a term", "y_i", "p_i - y_i"),
    (SOFTMAX, rf"{GRADIENT} = y_i - p_i", "sign of the whole", "y_i - p_i", "p_i - y_i"),
    (
        SOFTMAX,
        r"\frac{\partial p_k}{\partial z_i} = p_k (1 - p_i)",
        "one case for all",
        "1",
        r"p_k (\delta_{i k} - p_i)",
    ),
    (
        LOGISTIC,
        r"\frac{\partial J}{\partial \theta_j} = -\sum_{i=1}^N (y_i - g_i) x_{ij} + \lambda \theta_j",
        "missing factor",
        r"\sum_{i=1}^N (y_i - g_i) x_{ij}",
        r"- \frac{1}{N} \sum_{i=1}^N (y_i - g_i) x_{ij} + \lambda \theta_j",
    ),
    (
        LOGISTIC,
        r"\frac{\partial J}{\partial \theta_j} = -\frac{1}{N} \sum_{i=1}^N (y_i - g_i) + \lambda \theta_j",
        "forgotten chain-rule factor",
        "(y_i - g_i)",
        r"- \frac{1}{N} \sum_{i=1}^N x_{i j} (y_i - g_i) + \lambda \theta_j",
    ),
    (
        RIDGE,
        r"\nabla_w J = \frac{1}{N} X (X w - y) + \lambda w",
        "transposed",
        "X",
        r"\frac{1}{N} X^{\top} (X w - y) + \lambda w",
    ),
    (
        OUTPUT,
        r"\frac{\partial J}{\partial h} = W \odot (p - y)",
        "products mixed",
        r"W \odot (p - y)",
        r"W (p - y)",
    ),
    (
        OUTPUT,
        r"\frac{\partial J}{\partial h_i} = \sum_{k=2}^K W_{ik} (p_k - y_k)",
        "wrong bound",
        r"\sum_{k=2}^K",
        r"\sum_{k = 1}^{K} W_{ik} (p_k - y_k)",
    ),
    (SCALAR, r"\frac{d}{dx} \tanh(x) = 1 - \tanh(x)", "wrong exponent", r"\tanh(x)", r"1 - \tanh^{2} (x)"),
    (
        SCALAR,
        r"\frac{d}{dx} \frac{1}{a + b x} = -\frac{b}{a + b x}",
        "derivative of a quotient",
        "a + b x",
        r"- \frac{b}{(a + b x)^{2}}",
    ),
]


@pytest.mark.parametrize(
    ("given", "equation", "kind", "underlined", "repair"), PLACES, ids=[p[1] for p in PLACES]
)
def test_the_wrong_piece_is_underlined_and_repaired(
    given: str, equation: str, kind: str, underlined: str, repair: str
) -> None:
    found, text = found_in(given, equation)
    assert (found.kind, text, found.repair) == (kind, underlined, repair)


WHOLE_SIDES = [
    (SOFTMAX, rf"{GRADIENT} = p_j - y_j", "wrong index", "p_{i} - y_{i}"),
    (
        SOFTMAX,
        rf"{GRADIENT} = -\frac{{y_i}}{{p_i}}",
        "missing sum",
        r"- \sum_{k = 1}^{K} \frac{y_{k}}{p_{k}} \frac{\partial p_{k}}{\partial z_{i}}",
    ),
    (
        LOGISTIC,
        r"\nabla_\theta J = \frac{1}{N} \sum_{i=1}^N (g_i - y_i) + \lambda \theta",
        "forgotten chain-rule factor",
        r"\frac{1}{N} \sum_{i=1}^N x_{i} (g_i - y_i) + \lambda \theta",
    ),
    (SCALAR, "(x + a)^2 = x^2 + a^2", "missing term", "x^2 + a^2 + 2 a x"),
    (
        SCALAR,
        r"\frac{d}{dx} \log(x^2 + 1) = \frac{1}{x^2 + 1}",
        "forgotten chain-rule factor",
        r"2 x \frac{1}{x^2 + 1}",
    ),
    (
        SOFTMAX,
        r"\frac{\partial p_k}{\partial z_i} ="
        r" \begin{cases} p_i (1 - p_i) & i = k \\ p_i p_k & i \neq k \end{cases}",
        "sign of a term",
        r"\begin{cases} p_i (1 - p_i) & i = k \\ - p_i p_k & i \neq k \end{cases}",
    ),
]


@pytest.mark.parametrize(
    ("given", "equation", "kind", "repair"), WHOLE_SIDES, ids=[w[1] for w in WHOLE_SIDES]
)
def test_the_repair_is_in_the_notation_of_the_document(
    given: str, equation: str, kind: str, repair: str
) -> None:
    found, _ = found_in(given, equation)
    assert found.kind == kind
    assert found.repair.replace("{i}", "i").replace("{k}", "k") == repair.replace("{i}", "i").replace(
        "{k}", "k"
    )


def test_a_label_as_an_index_is_no_obstacle() -> None:
    given = r"Let $\ell_i \in \{1, \dots, K\}$ for $i = 1, \dots, N$ and $z \in \mathbb{R}^K$."
    claim = claim_in(given, r"\sum_{i=1}^N z_{\ell_i} = z_1")
    assert checked(claim.extent.source.text)[0].verdict == "refuted"


def test_a_missing_assumption_is_named() -> None:
    unstated = SOFTMAX.replace(r" and assume $\sum_{k=1}^K y_k = 1$", "")
    found, _ = found_in(unstated, rf"{GRADIENT} = p_i - y_i")
    assert found.assumption == r"\sum_{k = 1}^{K} y_{k} = 1"
    assert found.message() == r"This is true if $\sum_{k = 1}^{K} y_{k} = 1$; say that you use it."


def test_shapes_that_do_not_fit_are_repaired() -> None:
    found, text = found_in(VECTOR, r"\nabla_u E = 2 A (A u - b)")
    assert (found.kind, text) == ("transposed", "A")
    found, _ = found_in(LIKELIHOOD, r"\frac{\partial J}{\partial W} = x (\mathbf{1} - N p)^\top")
    assert found.kind == "order of a product"


def test_where_nothing_is_found_the_difference_is_told() -> None:
    claim = claim_in(SOFTMAX, rf"{GRADIENT} = p_i^3 + y_i^4 - 5")
    assert diagnose_stated(claim) is None
    assert difference(claim) == "5 + p_{i} - p_{i}^{3} - y_{i}^{4} - y_{i}"
    assert solution(claim) == "p_{i} - y_{i}"


# ------------------------------------------------------------------------------- an assignment as handed in


def test_the_gradient_of_the_negative_objective() -> None:
    given = (
        r"Let $W \in \mathbb{R}^{N \times d}$, $x \in \mathbb{R}^d$, $c \in \mathbb{R}^N$, $z = W x + c$ and "
        r"$J = \sum_{i=1}^N \log \operatorname{softmax}(z)_i$."
    )
    found, _ = found_in(given, r"\frac{\partial J}{\partial c} = -1 + N \operatorname{softmax}(z)")
    assert found.kind == "sign of the whole"
    assert found.repair == r"N \operatorname{softmax}(z)".replace("N", "1 - N", 1)


def test_the_update_without_learning_rate_and_input() -> None:
    found, _ = found_in(
        LOGISTIC,
        r"\theta_j - \alpha \frac{\partial J}{\partial \theta_j} ="
        r" \theta_j (1 - \lambda) - \frac{1}{N} \sum_{i=1}^N (g_i - y_i)",
    )
    assert found.kind == "several mistakes"
    assert sorted(part.detail for part in found.parts) == [r"\alpha", r"\alpha", "x_{i j}"]
    told = found.message()
    assert r"A factor is missing at $\lambda$: $\alpha$." in told
    assert r"$x_{i j}$, the derivative of the inner function (chain rule)." in told


def test_squares_are_not_convex_for_some_data() -> None:
    squares = LOGISTIC + r" Let $M(\theta) = \frac{1}{N} \sum_{i=1}^N (g_i - y_i)^2$."
    (not_convex,) = checked(squares + "\n\n$M$ would not be convex in $\\theta$.\n")
    assert not_convex.verdict == "proved"
    assert "for some data" in not_convex.reading
    (convex,) = checked(squares + "\n\n$M$ is convex in $\\theta$.\n")
    assert convex.verdict == "refuted"
    assert "not for all data" in convex.reason


# ------------------------------------------------------------------------------- chains


CHAIN = (
    SOFTMAX
    + r"""

\begin{align}
\frac{\partial J}{\partial z_i} &= -\sum_{k=1}^K y_k (\delta_{ik} - p_i) \\
&= -y_i - p_i \sum_{k=1}^K y_k \\
&= -y_i - p_i \\
&= -(y_i + p_i) \\
&= p_i - y_i
\end{align}
"""
)


def checked(text: str) -> list[Checked]:
    found = check_statements(read_text(text).statements)
    return [one for one in found if one.kind == "claim"]


def test_the_first_wrong_step_and_what_follows_from_it() -> None:
    steps = checked(CHAIN)
    assert [one.verdict for one in steps] == ["proved", "refuted", "proved", "proved", "refuted"]
    roles = [one.chain.role if one.chain else None for one in steps]
    assert roles == ["", "first wrong", "follows", "follows", "right again"]
    assert steps[1].diagnosis is not None
    assert steps[1].diagnosis.kind == "sign of a term"
    assert steps[4].diagnosis is None
    assert {one.chain.wrong_line for one in steps[1:] if one.chain} == {steps[1].extent.line}


def test_a_second_mistake_in_a_chain_is_one() -> None:
    steps = checked(CHAIN.replace("&= -(y_i + p_i)", "&= -(y_i - p_i) + 1"))
    assert steps[3].chain is not None
    assert steps[3].chain.role == "wrong again"


def test_a_right_chain_is_told_nothing() -> None:
    steps = checked(
        CHAIN.replace("- p_i", "+ p_i").replace("(y_i + p_i)", "(y_i - p_i)").replace("ik} +", "ik} -")
    )
    assert [one.verdict for one in steps] == ["proved"] * 5
    assert all(one.chain is not None and not one.chain.role for one in steps)


# ------------------------------------------------------------------------------- the command


@pytest.fixture
def chain(tmp_path: Path) -> str:
    path = tmp_path / "chain.md"
    path.write_text(CHAIN, encoding="utf-8")
    return str(path)


def test_the_command_underlines_and_explains(chain: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", chain, "--only-refuted"]) == 1
    told = capsys.readouterr().out
    line = r"&= -y_i - p_i \sum_{k=1}^K y_k \\"
    assert line in told
    assert " " * line.index("p_i") + "^" * len(r"p_i \sum_{k=1}^K y_k") in told
    assert "= chain: This is the first wrong step of the chain." in told
    assert r"= hint: The term $p_i \sum_{k=1}^K y_k$ has the wrong sign." in told
    assert "right would be" not in told


@pytest.mark.parametrize(
    ("level", "there", "not_there"),
    [("1", "Look at", "sign"), ("2", "wrong sign.", "(u - v)'"), ("3", "(u - v)'", "right would be")],
)
def test_hint_levels(
    chain: str, capsys: pytest.CaptureFixture[str], level: str, there: str, not_there: str
) -> None:
    main(["check", chain, "--only-refuted", "--hint", level])
    told = capsys.readouterr().out
    assert there in told
    assert not_there not in told


def test_the_solution_is_told_on_request_only(chain: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", chain, "--only-refuted", "--solution"])
    assert r"= right would be: $- y_i + p_i \sum_{k=1}^K y_k$" in capsys.readouterr().out


def test_json_has_the_diagnosis(chain: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", chain, "--format", "json"])
    claims = json.loads(capsys.readouterr().out)["files"][0]["claims"]
    found = claims[1]["diagnosis"]
    assert found["kind"] == "sign of a term"
    assert found["message"].startswith("The term")
    assert found["repair"] == r"- y_i + p_i \sum_{k=1}^K y_k"
    assert set(found["span"]) == {"line", "column", "end_line", "end_column"}
    assert found["span"]["line"] == claims[1]["line"]
    assert claims[0]["diagnosis"] is None
    assert claims[1]["chain"] == {
        "number": 1,
        "step": 2,
        "role": "first wrong",
        "wrong_line": claims[1]["line"],
    }


@pytest.mark.parametrize("form", ["github", "sarif"])
def test_the_other_forms_tell_it_too(chain: str, form: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", chain, "--format", form])
    told = capsys.readouterr().out
    assert "first wrong step of the chain" in told
    assert "has the wrong sign" in told
