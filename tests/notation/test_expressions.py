"""Every row of the language's table of expressions, as it ends in indexed form."""

from __future__ import annotations

import pytest

from derivlab.notation import parse_expression, to_latex

from .helpers import claim, right_side, verdicts

READ = {
    # arithmetic
    r"a \cdot b": "a*b",
    r"a \times b": "a*b",
    r"a / b": "a/b",
    r"a b c": "a*b*c",
    r"\frac{a}{b}": "a/b",
    r"\frac12 a": "a/2",
    r"\dfrac{a}2": "a/2",
    r"a^2 b^{-1}": "a**2/b",
    r"\sqrt{c}": "sqrt(c)",
    r"\sqrt[3]{c}": "c**(1/3)",
    r"-a - -b": "-a + b",
    r"a \cdot -b": "-a*b",
    r"2 a - 0.5 b": "2*a - b/2",
    r"3!": "6",
    r"a / b c": "a*c/b",
    # functions
    r"\exp(a)": "exp(a)",
    r"e^a": "exp(a)",
    r"e": "E",
    r"\pi": "pi",
    r"\log c": "log(c)",
    r"\ln c": "log(c)",
    r"\log_2 c": "log(c)/log(2)",
    r"\log(c) a": "a*log(c)",
    r"a \log c b": "a*log(b*c)",
    r"\sin a \cos b": "sin(a)*cos(b)",
    r"\tan^2 a": "tan(a)**2",
    r"\tanh^2(a)": "tanh(a)**2",
    r"\log(c)^2": "log(c)**2",
    r"\sin^{-1} a": "asin(a)",
    r"\operatorname{erf}(a)": "erf(a)",
    r"\text{erf}(a)": "erf(a)",
    r"\mathrm{erf}(a)": "erf(a)",
    r"\operatorname{ReLU}(a)": "Max(0, a)",
    r"\max(a, b)": "Max(a, b)",
    r"\max\{a, 0\}": "Max(0, a)",
    r"|a|": "Abs(a)",
    r"\left| a - b \right|": "Abs(a - b)",
    r"\lvert a \rvert": "Abs(a)",
    r"\sigma(a)": "1/(1 + exp(-a))",
    r"\operatorname{sigmoid}(a)": "1/(1 + exp(-a))",
    r"\operatorname{softplus}(a)": "log(exp(a) + 1)",
    # sums
    r"\sum_{k=1}^K z_k": "Σ_{k=1..K}(z[k])",
    r"\sum_k z_k": "Σ_{k=1..K}(z[k])",
    r"\sum_k^K z_k": "Σ_{k=1..K}(z[k])",
    r"\sum\limits_{k} z_k": "Σ_{k=1..K}(z[k])",
    r"\sum_{k \neq m} z_k y_m": "Σ_{k=1..K}((1 - δ[k,m])*y[m]*z[k])",
    r"\sum_{k=1, k \neq m}^K z_k y_m": "Σ_{k=1..K}((1 - δ[k,m])*y[m]*z[k])",
    r"\sum_k \sum_j W_{kj}": "Σ_{j=1..d, k=1..K}(W[k, j])",
    r"\sum_{k,j} W_{kj}": "Σ_{j=1..d, k=1..K}(W[k, j])",
    r"\sum_{k=2}^K z_k": "Σ_{k=1..K}((1 - δ[1,k])*z[k])",
    r"\sum_k z_k y_k + a": "a + Σ_{k=1..K}(y[k]*z[k])",
    r"\sum_k z_k \sum_k y_k": "Σ_{k=1..K}(z[k]*Σ_{k_1=1..K}(y[k_1]))",
    r"\prod_{k=1}^K z_k": "Π_{k=1..K}(z[k])",
    r"\log \sum_k e^{z_k}": "log(Σ_{k=1..K}(exp(z[k])))",
    # deltas and indicators
    r"\delta_{km} z_k z_m": "δ[k,m]*z[k]*z[m]",
    r"\mathbb{1}[k = m] z_k z_m": "δ[k,m]*z[k]*z[m]",
    r"\mathbf{1}\{k = m\} z_k z_m": "δ[k,m]*z[k]*z[m]",
    r"\mathbb{1}_{k = m} z_k z_m": "δ[k,m]*z[k]*z[m]",
    r"\mathbb{1}_{\{k \neq m\}} z_k z_m": "(1 - δ[k,m])*z[k]*z[m]",
    r"\begin{cases} z_k & k = m \\ y_m & k \neq m \end{cases}": "(1 - δ[k,m])*y[m] + δ[k,m]*z[k]",
    r"\begin{cases} z_k, & \text{if } k = m, \\ 0, & \text{otherwise.} \end{cases}": "δ[k,m]*z[k]",
    # vectors and matrices
    r"\theta^\top x": "Σ_{d_1=1..d}(theta[d_1]*x[d_1])",
    r"\theta^T x": "Σ_{d_1=1..d}(theta[d_1]*x[d_1])",
    r"\theta^{\top} x": "Σ_{d_1=1..d}(theta[d_1]*x[d_1])",
    r"\theta^\intercal x": "Σ_{d_1=1..d}(theta[d_1]*x[d_1])",
    r"\theta \cdot x": "Σ_{d_1=1..d}(theta[d_1]*x[d_1])",
    r"\langle \theta, x \rangle": "Σ_{d_1=1..d}(theta[d_1]*x[d_1])",
    r"W x": "Σ_{d_1=1..d}(W[i, d_1]*x[d_1])",
    r"W x + z": "z[i] + Σ_{d_1=1..d}(W[i, d_1]*x[d_1])",
    r"x \theta^\top": "theta[j]*x[i]",
    r"x \odot \theta": "theta[i]*x[i]",
    r"x \circ \theta": "theta[i]*x[i]",
    r"\|x\|": "sqrt(Σ_{d_1=1..d}(x[d_1]**2))",
    r"\|x\|_2^2": "Σ_{d_1=1..d}(x[d_1]**2)",
    r"||x||^2": "Σ_{d_1=1..d}(x[d_1]**2)",
    r"\lVert x \rVert_1": "Σ_{d_1=1..d}(Abs(x[d_1]))",
    r"\|W\|_F^2": "Σ_{d_2=1..d, k_1=1..K}(W[k_1, d_2]**2)",
    r"\operatorname{tr}(A)": "Σ_{d_1=1..d}(A[d_1, d_1])",
    r"\operatorname{diag}(x)": "δ[i,j]*x[i]",
    r"\operatorname{diag}(A)": "A[i, i]",
    r"A + a I": "a*δ[i,j] + A[i, j]",
    r"I x": "Σ_{d_1=1..d}(δ[d_1,i]*x[d_1])",
    r"\mathbf{1}^\top x": "Σ_{d_1=1..d}(x[d_1])",
    r"x + \mathbf{1}": "x[i] + 1",
    r"x + a": "a + x[i]",
    r"(W x)_k": "Σ_{d_1=1..d}(W[k, d_1]*x[d_1])",
    r"(W^\top)_{jk}": "W[k, j]",
    r"A^2": "Σ_{d_1=1..d}(A[d_1, j]*A[i, d_1])",
    r"u_{ij}": "u[i, j]",
    r"(u_i)_j": "u[i, j]",
    r"\theta^\top u_i": "Σ_{d_1=1..d}(theta[d_1]*u[i, d_1])",
    r"W_{12}": "W[1, 2]",
    r"x_d": "x[d]",
    r"\sigma(x)": "1/(1 + exp(-x[i]))",
    r"\log \sigma(a)": "log(1/(1 + exp(-a)))",
    r"\operatorname{softmax}(z)_k": "exp(z[k])/Σ_{k_2=1..K}(exp(z[k_2]))",
    r"\operatorname{softmax}(z_k)": "exp(z[k])/Σ_{k_2=1..K}(exp(z[k_2]))",
    r"e_k^\top z": "Σ_{k_1=1..K}(δ[k,k_1]*z[k_1])",
    # derivatives
    r"\frac{\partial z_k}{\partial z_m}": "∂z[k]/∂z[m]",
    r"\frac{\partial}{\partial z_m} (z_k y_k)": "∂(y[k]*z[k])/∂z[m]",
    r"\partial z_k / \partial z_m": "∂z[k]/∂z[m]",
    r"\partial_{z_m} z_k": "∂z[k]/∂z[m]",
    r"\frac{d}{da} a^2": "∂(a**2)/∂a",
    r"\frac{\mathrm{d}}{\mathrm{d}a} a^2": "∂(a**2)/∂a",
    r"\frac{d^2}{da^2} \log c a": "∂(∂(log(a*c))/∂a)/∂a",
    r"\frac{\partial}{\partial a} a \log b": "∂(a*log(b))/∂a",
    r"\frac{\partial^2 (a b)}{\partial a \partial b}": "∂(∂(a*b)/∂b)/∂a",
    r"\nabla_x \|x\|^2": "∂(Σ_{d_1=1..d}(x[d_1]**2))/∂x[i]",
    r"\nabla_x^2 \|x\|^2": "∂(∂(Σ_{d_1=1..d}(x[d_1]**2))/∂x[i])/∂x[j]",
    r"\frac{\partial (W x)}{\partial x}": "∂(Σ_{d_1=1..d}(W[i, d_1]*x[d_1]))/∂x[j]",
}


def normal(text: str) -> str:
    """Bound indices by order of appearance: which free letter they take is no matter."""
    import re

    names = dict.fromkeys(re.findall(r"\b[a-z]_\d+\b", text))
    for number, name in enumerate(names):
        text = re.sub(rf"\b{name}\b", f"#{number}", text)
    return text


@pytest.mark.parametrize(("written", "expected"), READ.items(), ids=list(READ))
def test_reading(written: str, expected: str) -> None:
    found = normal(right_side(written))
    assert found == normal(expected)


LAYOUT = [
    r"\left( a + b \right)",
    r"\bigl( a + b \bigr)",
    r"( a + b )",
    r"[a + b]",
    r"{a + b}",
    r"(a\,+\;b\quad)",
    r"\underbrace{(a + b)}_{\text{the sum}}",
    r"(\mathrm{a} + {b})",
    r"\displaystyle (a + b) \nonumber",
    r"\color{red}{(a + b)}",
]


@pytest.mark.parametrize("written", LAYOUT)
def test_layout_is_nothing(written: str) -> None:
    assert right_side(written) == "a + b"


EQUAL = {
    "product rule": r"\frac{d}{da} (a^2) \cdot b = 2 a b",
    "whole product": r"\frac{d}{da} (a + 1) (a + 2) = 2 a + 3",
    "brackets before a derivative": r"\frac{\partial}{\partial a} (a^2) \frac{\partial b}{\partial b} = 2 a",
    "row of a matrix": r"W_k^\top x = \sum_j W_{kj} x_j",
    "shadowing": r"\sum_k z_k \sum_k y_k = \left( \sum_k z_k \right) \left( \sum_j y_j \right)",
    "nested shadowing": r"\sum_{k=1}^K \left( z_k + \sum_{k=1}^K y_k \right) = \sum_k z_k + K \sum_k y_k",
    "trace": r"\operatorname{tr}(x \theta^\top) = \theta^\top x",
    "jacobian": r"\frac{\partial (W x)}{\partial x} = W",
    "gradient of a form": r"\nabla_x (x^\top A x) = (A + A^\top) x",
    "zero vector": r"\nabla_x (\theta^\top \theta) = 0",
    "chain rule in words": r"\frac{d}{da} \tanh(c a) = c (1 - \tanh^2(c a))",
    "scalar inside": r"A x^\top \theta = (\theta^\top x) A",
    "matrix by vector by row": r"x \theta^\top x = (\theta^\top x) x",
    "ones": r"\mathbf{1}^\top z = \sum_k z_k",
    "hadamard": r"x \odot \theta = \operatorname{diag}(x) \theta",
    "frobenius": r"\|W\|_F^2 = \operatorname{tr}(W^\top W)",
    "natural log of e": r"\ln e = 1",
}


@pytest.mark.parametrize("written", EQUAL.values(), ids=list(EQUAL))
def test_true_equations(written: str) -> None:
    assert verdicts(rf"$$ {written} $$") == ["proved"]


ORDERED = {
    "partial sums": r"\sum_{k=1}^K \sum_{m=1}^k z_m y_k = \sum_{m=1}^K \sum_{k=m}^K z_m y_k",
    "pairs": r"\sum_{k < m} z_k z_m = \frac{1}{2} \left( \left( \sum_k z_k \right)^2 - \sum_k z_k^2 \right)",
}


@pytest.mark.parametrize("written", ORDERED.values(), ids=list(ORDERED))
def test_sums_over_ordered_indices_are_read(written: str) -> None:
    assert verdicts(rf"$$ {written} $$") in (["proved"], ["undecided"])


@pytest.mark.parametrize(
    "distance",
    ["", "*", "[2pt]", "[-2pt]", " [.5 ex]", "*[0.5em]", r"[\jot]", r"[0.5\baselineskip]", "[+1,5mm]"],
)
def test_a_distance_between_rows_is_no_formula(distance: str) -> None:
    plain, spread = (
        rf"\begin{{cases}} a & k = m \\{between} (b) & k \neq m \end{{cases}}" for between in ("", distance)
    )
    assert to_latex(parse_expression(spread)) == to_latex(parse_expression(plain))


@pytest.mark.parametrize(
    "row", ["[0] b", "[2x]", "[2 a + 1] b", "[1] + b", "[2 b]^2", "[-1] b", "[3 e]", "[2 e m]"]
)
def test_brackets_at_the_start_of_a_row_are_of_the_formula(row: str) -> None:
    rows = [rf"\begin{{cases}} a & k = m \\ {text} & k \neq m \end{{cases}}" for text in (row, f"{{}}{row}")]
    first, second = (to_latex(parse_expression(text)).replace("{} ", "") for text in rows)
    assert first == second
    assert "[" in first


def test_a_row_layout_is_told() -> None:
    given = r"Let $z \in \mathbb{R}^K$, $p = \operatorname{softmax}(z)$ and $J = \sum_k p_k^2$." + "\n\n"
    from .helpers import checked

    found = checked(
        r"$$ \frac{\partial J}{\partial z} = \frac{\partial J}{\partial p} \frac{\partial p}{\partial z} $$",
        given,
    )
    assert found[0].verdict == "proved"
    assert "numerator layout" in found[0].reading
    other = checked(
        r"$$ \frac{\partial J}{\partial z} = \frac{\partial p}{\partial z} \frac{\partial J}{\partial p} $$",
        given,
    )
    assert other[0].verdict == "proved"


def test_different_shapes_are_refuted_with_both() -> None:
    found = claim(r"$$ W x = x $$")
    assert found.shape_mismatch == (
        "the two sides have different shapes: a vector of size K and a vector of size d"
    )
    assert found.shapes == ("a vector of size K", "a vector of size d")


def test_one_letter_on_two_axes_names_both() -> None:
    found = claim(r"$$ W_{ij} = x_i $$")
    assert found.shape_mismatch == "the index i runs over K (axis 1 of W) and over d (axis 1 of x)"


def test_ranges_belong_to_occurrences() -> None:
    assert verdicts(r"$$ z_j - z_j = 0 $$ $$ x_j - x_j = 0 $$") == ["proved", "proved"]


def test_names_win_over_builtins() -> None:
    assert verdicts(r"Let $\sigma, e, \pi \in \mathbb{R}$. $$ \sigma (a + b) = \sigma a + \sigma b $$") == [
        "proved"
    ]
    assert verdicts(r"Let $e \in \mathbb{R}$. $$ e^2 = e \cdot e $$") == ["proved"]


def test_bold_and_plain_are_two_names() -> None:
    given = r"Let $\mathbf{x} \in \mathbb{R}^n$ and $x \in \mathbb{R}$." + "\n\n"
    assert verdicts(r"$$ \mathbf{x}_i x = x \mathbf{x}_i $$", given) == ["proved"]
    assert claim(r"$$ x_i = x_i $$", r"Let $\mathbf{x} \in \mathbb{R}^n$." + "\n\n").notes != ()


def test_decorated_letters_are_names_of_their_own() -> None:
    given = (
        r"Let $x, \hat{x}, \tilde x, \bar{x}, x', x^{(1)}, x^*, x_0, x_{\text{max}} \in \mathbb{R}$." + "\n\n"
    )
    names = [r"\hat{x}", r"\tilde x", r"\bar{x}", "x'", "x^{(1)}", "x^*", "x_0", r"x_{\text{max}}"]
    for name in names:
        assert verdicts(rf"$$ {name} = x $$", given) == ["refuted"], name
        assert verdicts(rf"$$ {name} + x = x + {name} $$", given) == ["proved"], name
