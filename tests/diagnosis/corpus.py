r"""Claims with one mistake each, made from true ones by changes of their LaTeX text.

The label of a claim is the change that was made, written down here by hand for each change; nothing of the
search for mistakes is used. A change that leaves the claim true, or that is not read, is dropped by
`wrong_claims`, which asks the verdict and not the diagnosis.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice, pairwise

from derivlab.notation import StatedClaim, read_text
from derivlab.report.check.judge import judge


@dataclass(frozen=True)
class TrueClaim:
    """A claim that holds, with changes that are particular to it.

    Attributes:
        given: the declarations.
        left, right: both sides.
        factors: pieces of the right side that can be forgotten; `inner`: those that the chain rule brings.
        changes: (old text, new text, kind of the mistake) on the right side.
    """

    given: str
    left: str
    right: str
    factors: tuple[str, ...] = ()
    inner: tuple[str, ...] = ()
    changes: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class Wrong:
    """A claim with one mistake of a known kind."""

    text: str
    kind: str
    right: str = field(default="", compare=False)


SOFTMAX = (
    r"Let $z \in \mathbb{R}^K$, $y \in \mathbb{R}^K$ and assume $\sum_{k=1}^K y_k = 1$. Let "
    r"$$ p_k = \frac{e^{z_k}}{\sum_{j=1}^K e^{z_j}}, \qquad J = -\sum_{k=1}^K y_k \log p_k . $$"
)
UNSTATED = SOFTMAX.replace(r" and assume $\sum_{k=1}^K y_k = 1$", "")
LIKELIHOOD = (
    r"Let $W \in \mathbb{R}^{N \times d}$, $x \in \mathbb{R}^d$, $c \in \mathbb{R}^N$, and "
    r"$$ z = W x + c, \qquad J = \sum_{i=1}^N \log \operatorname{softmax}(z)_i . $$"
    r" Let $p = \operatorname{softmax}(z)$."
)
LOGISTIC = (
    r"Let $x_i \in \mathbb{R}^d$ and $y_i \in \{0, 1\}$ for $i = 1, \dots, N$, let "
    r"$\theta \in \mathbb{R}^d$, $\lambda > 0$ and $\alpha > 0$. With "
    r"$$ \sigma(t) = \frac{1}{1 + e^{-t}}, \qquad g_i = \sigma(\theta^\top x_i) $$ the objective is "
    r"$$ J(\theta) = -\frac{1}{N} \sum_{i=1}^N \left[ y_i \log g_i + (1 - y_i) \log(1 - g_i) \right] "
    r"+ \frac{\lambda}{2} \theta^\top \theta. $$"
)
RIDGE = (
    r"Let $X \in \mathbb{R}^{N \times d}$, $w \in \mathbb{R}^d$, $y \in \mathbb{R}^N$, $\lambda > 0$ and "
    r"$$ J = \frac{1}{2N} \| X w - y \|^2 + \frac{\lambda}{2} \|w\|_2^2 . $$"
)
OUTPUT = (
    r"Let $W \in \mathbb{R}^{d \times K}$, $h \in \mathbb{R}^d$, $b \in \mathbb{R}^K$, $y \in \mathbb{R}^K$ "
    r"and assume $\sum_k y_k = 1$. Let "
    r"$$ z = W^\top h + b, \qquad p = \operatorname{softmax}(z), \qquad J = -\sum_{k=1}^K y_k \log p_k . $$"
)
LOGSUM = r"Let $z \in \mathbb{R}^n$, $f = \log \sum_{k=1}^n e^{z_k}$ and $p_i = e^{z_i - f}$."
SCALAR = r"Let $x > 0$, $a > 0$, $b > 0$ and $\sigma(t) = \frac{1}{1 + e^{-t}}$."
VECTOR = (
    r"Let $u, v \in \mathbb{R}^n$, $A \in \mathbb{R}^{m \times n}$, $b \in \mathbb{R}^m$, $a \in \mathbb{R}$."
    r" Let $r = A u - b$ and $s = \sum_{i=1}^n u_i v_i$ and "
    r"$q = \sum_{i=1}^n u_i^2$ and $E = \sum_{j=1}^m r_j^2$."
)
GRADIENT = r"\frac{\partial J}{\partial z_i}"
UPDATE = r"\theta_j - \alpha \frac{\partial J}{\partial \theta_j}"

TRUE: tuple[TrueClaim, ...] = (
    TrueClaim(
        SOFTMAX, GRADIENT, "p_i - y_i", changes=(("p_i - y_i", "p_i y_i - y_i", "extra factor"),)
    ),
    TrueClaim(SOFTMAX, r"\frac{\partial J}{\partial z}", "p - y"),
    TrueClaim(
        SOFTMAX,
        r"\frac{\partial p_k}{\partial z_i}",
        r"p_k (\delta_{ik} - p_i)",
        factors=("p_k ",),
        changes=(
            (r"\delta_{ik}", "1", "one case for all"),
            (r"(\delta_{ik} - p_i)", "(- p_i)", "one case for all"),
            (r"- p_i", "- p_k", "wrong index"),
            ("p_k (", "p_k^2 (", "wrong exponent"),
        ),
    ),
    TrueClaim(
        SOFTMAX,
        r"\frac{\partial^2 J}{\partial z_i \partial z_j}",
        r"p_i \delta_{ij} - p_i p_j",
        changes=(
            (r" \delta_{ij}", "", "one case for all"),
            ("p_i p_j", "p_i^2", "wrong index"),
            ("p_i p_j", "p_i^2 p_j", "wrong exponent"),
        ),
    ),
    TrueClaim(
        SOFTMAX,
        GRADIENT,
        r"-\sum_{k=1}^K \frac{y_k}{p_k} \frac{\partial p_k}{\partial z_i}",
        inner=(r" \frac{\partial p_k}{\partial z_i}",),
        changes=(
            (r"\frac{y_k}{p_k}", r"y_k p_k", "derivative of a logarithm"),
            (r"\frac{y_k}{p_k}", r"y_k \log p_k", "derivative of a logarithm"),
            (r"\frac{y_k}{p_k}", r"\frac{y_k}{p_k^2}", "derivative of a quotient"),
            (r"\frac{y_k}{p_k}", r"\frac{1}{p_k}", "missing factor"),
            (r"\frac{\partial p_k}{\partial z_i}", r"\frac{\partial p_i}{\partial z_k}", "swapped"),
            (r"\sum_{k=1}^K", r"\sum_{k=2}^K", "wrong bound"),
            (r"\sum_{k=1}^K", r"\sum_{k \neq i}", "wrong bound"),
            (r"\sum_{k=1}^K ", "", "missing sum"),
        ),
    ),
    TrueClaim(
        SOFTMAX,
        GRADIENT,
        r"-\sum_{k=1}^K y_k (\delta_{ik} - p_i)",
        changes=(
            (r"\delta_{ik}", "1", "one case for all"),
            ("- p_i", "- p_k", "wrong index"),
            ("y_k (", "y_i (", "wrong index"),
            (r"\sum_{k=1}^K", r"\sum_{k \neq i}", "wrong bound"),
            (r"\sum_{k=1}^K", r"\sum_{k=2}^K", "wrong bound"),
            (r"\sum_{k=1}^K ", "", "missing sum"),
        ),
    ),
    TrueClaim(
        LIKELIHOOD,
        r"\frac{\partial J}{\partial z_i}",
        r"1 - N p_i",
        factors=("N ",),
        changes=(("1 - N", "N - N", "extra factor"), ("p_i", "p_i^2", "wrong exponent")),
    ),
    TrueClaim(
        LIKELIHOOD,
        r"\frac{\partial J}{\partial W_{ij}}",
        r"(1 - N p_i) x_j",
        factors=("N ",),
        inner=(" x_j",),
        changes=(("x_j", "x_j^2", "wrong exponent"),),
    ),
    TrueClaim(LIKELIHOOD, r"\frac{\partial J}{\partial c}", r"\mathbf{1} - N p", factors=("N ",)),
    TrueClaim(
        LIKELIHOOD,
        r"\frac{\partial J}{\partial W}",
        r"(\mathbf{1} - N p) x^\top",
        factors=("N ",),
        changes=(
            (r"(\mathbf{1} - N p) x^\top", r"x (\mathbf{1} - N p)^\top", "order of a product"),
            (r"x^\top", "x", "transposed"),
        ),
    ),
    TrueClaim(
        LIKELIHOOD,
        r"\frac{\partial J}{\partial x_j}",
        r"\sum_{i=1}^N (1 - N p_i) W_{ij}",
        factors=("N ",),
        inner=(" W_{ij}",),
        changes=((r"\sum_{i=1}^N", r"\sum_{i=2}^N", "wrong bound"),),
    ),
    TrueClaim(
        LIKELIHOOD,
        r"\frac{\partial J}{\partial x}",
        r"W^\top (\mathbf{1} - N p)",
        factors=("N ",),
        changes=(
            (r"W^\top", "W", "transposed"),
            (r"W^\top (\mathbf{1} - N p)", r"(\mathbf{1} - N p) W^\top", "order of a product"),
        ),
    ),
    TrueClaim(
        LOGISTIC,
        r"\frac{\partial J}{\partial \theta_j}",
        r"-\frac{1}{N} \sum_{i=1}^N (y_i - g_i) x_{ij} + \lambda \theta_j",
        factors=(r"\frac{1}{N} ", r"\lambda "),
        inner=(" x_{ij}",),
        changes=(
            (r"\lambda \theta_j", r"\lambda \theta_j^2", "wrong exponent"),
            (r"\lambda \theta_j", r"\frac{\lambda}{2} \theta_j", "missing factor"),
            ("y_i - g_i", "g_i - y_i", "sign"),
            (r"\sum_{i=1}^N", r"\sum_{i=2}^N", "wrong bound"),
            ("y_i", "y_i^2 g_i", "extra factor"),
            ("g_i)", "g_i^2)", "wrong exponent"),
        ),
    ),
    TrueClaim(
        LOGISTIC,
        r"\nabla_\theta J",
        r"\frac{1}{N} \sum_{i=1}^N (g_i - y_i) x_i + \lambda \theta",
        factors=(r"\frac{1}{N} ", r"\lambda "),
        changes=((r"\sum_{i=1}^N", r"\sum_{i=2}^N", "wrong bound"),),
    ),
    TrueClaim(
        LOGISTIC,
        UPDATE,
        r"\theta_j (1 - \alpha \lambda) - \frac{\alpha}{N} \sum_{i=1}^N (g_i - y_i) x_{ij}",
        factors=(r"\alpha ", r"\lambda"),
        inner=(" x_{ij}",),
        changes=(
            (r"\frac{\alpha}{N}", r"\frac{1}{N}", "missing factor"),
            (r"\frac{\alpha}{N}", r"\alpha", "missing factor"),
            (r"1 - \alpha \lambda", r"1 + \alpha \lambda", "sign"),
        ),
    ),
    TrueClaim(
        LOGISTIC,
        r"\frac{\partial^2 J}{\partial \theta_j \partial \theta_k}",
        r"\frac{1}{N} \sum_{i=1}^N g_i (1 - g_i) x_{ij} x_{ik} + \lambda \delta_{jk}",
        factors=(r"\frac{1}{N} ", r"\lambda ", "g_i ", " (1 - g_i)"),
        inner=(" x_{ij}", " x_{ik}"),
        changes=(
            (r" \delta_{jk}", "", "one case for all"),
            ("x_{ik}", "x_{ij}", "wrong index"),
            ("g_i (1 - g_i)", "g_i (1 - g_i)^2", "wrong exponent"),
        ),
    ),
    TrueClaim(
        LOGISTIC,
        r"\frac{\partial g_i}{\partial \theta_j}",
        r"g_i (1 - g_i) x_{ij}",
        factors=("g_i ", " (1 - g_i)"),
        inner=(" x_{ij}",),
        changes=(
            ("g_i (1", "g_i^2 (1", "wrong exponent"),
            ("(1 - g_i)", "(1 + g_i)", "sign"),
        ),
    ),
    TrueClaim(
        RIDGE,
        r"\nabla_w J",
        r"\frac{1}{N} X^\top (X w - y) + \lambda w",
        factors=(r"\frac{1}{N} ", r"\lambda "),
        changes=(
            (r"X^\top", "X", "transposed"),
            (r"X^\top (X w - y)", r"(X w - y) X^\top", "order of a product"),
            (r"\frac{1}{N}", r"\frac{2}{N}", "extra factor"),
            (r"\lambda w", r"\lambda w^\top", "transposed"),
        ),
    ),
    TrueClaim(
        RIDGE,
        r"\frac{\partial J}{\partial w_j}",
        r"\frac{1}{N} \sum_{i=1}^N X_{ij} \left( \sum_{k=1}^d X_{ik} w_k - y_i \right) + \lambda w_j",
        factors=(r"\frac{1}{N} ", r"\lambda "),
        inner=("X_{ij} ",),
        changes=(
            ("X_{ik} w_k", "X_{ik} w_j", "wrong index"),
            ("X_{ij}", "X_{ik}", "wrong index"),
            (r"\sum_{i=1}^N", r"\sum_{i=2}^N", "wrong bound"),
            (r"\frac{1}{N}", r"\frac{2}{N}", "extra factor"),
        ),
    ),
    TrueClaim(
        RIDGE, r"\nabla_w^2 J", r"\frac{1}{N} X^\top X + \lambda I",
        factors=(r"\frac{1}{N} ", r"\lambda "),
        changes=(
            (r"X^\top X", r"X X^\top", "order of a product"),
            (r" + \lambda I", r" + \lambda", "missing factor"),
        ),
    ),
    TrueClaim(
        OUTPUT,
        r"\frac{\partial J}{\partial W}",
        r"h (p - y)^\top",
        changes=(
            (r"h (p - y)^\top", r"(p - y) h^\top", "order of a product"),
            (r"^\top", "", "transposed"),
        ),
    ),
    TrueClaim(
        OUTPUT,
        r"\frac{\partial J}{\partial W_{ij}}",
        r"h_i (p_j - y_j)",
        inner=("h_i ",),
        changes=(
            ("h_i", "h_i^2", "wrong exponent"),
            ("p_j", "p_j^2", "wrong exponent"),
        ),
    ),
    TrueClaim(
        OUTPUT,
        r"\frac{\partial J}{\partial h}",
        r"W (p - y)",
        changes=(
            ("W", r"W^\top", "transposed"),
            (r"W (p - y)", r"(p - y) W", "order of a product"),
            (r"W (p - y)", r"W \odot (p - y)", "products mixed"),
        ),
    ),
    TrueClaim(OUTPUT, r"\frac{\partial J}{\partial b}", "p - y"),
    TrueClaim(
        OUTPUT,
        r"\frac{\partial J}{\partial h_i}",
        r"\sum_{k=1}^K W_{ik} (p_k - y_k)",
        inner=("W_{ik} ",),
        changes=(
            ("W_{ik}", "W_{ki}", "transposed"),
            (r"\sum_{k=1}^K", r"\sum_{k=2}^K", "wrong bound"),
            ("y_k)", "y_i)", "wrong index"),
            (r"\sum_{k=1}^K ", "", "missing sum"),
        ),
    ),
    TrueClaim(LOGSUM, r"\frac{\partial f}{\partial z_i}", "p_i", changes=(
        ("p_i", r"\frac{1}{p_i}", "derivative of a logarithm"), ("p_i", "p_i^2", "wrong exponent"))),
    TrueClaim(
        LOGSUM,
        r"\frac{\partial^2 f}{\partial z_i \partial z_j}",
        r"p_i (\delta_{ij} - p_j)",
        factors=("p_i ",),
        changes=(
            (r"\delta_{ij}", "1", "one case for all"),
            ("- p_j", "- p_i", "wrong index"),
        ),
    ),
    TrueClaim(
        LOGSUM,
        r"\nabla^2 f",
        r"\operatorname{diag}(p) - p p^\top",
        changes=(
            (r"p p^\top", r"p^\top p", "order of a product"),
            (r"p p^\top", "p", "missing factor"),
        ),
    ),
    TrueClaim(
        SCALAR, r"\frac{d}{dx} \sigma(x)", r"\sigma(x) (1 - \sigma(x))", factors=(r"\sigma(x) ",),
        changes=(
            (r"(1 - \sigma(x))", r"(1 + \sigma(x))", "sign"),
            (r"\sigma(x) (", r"\sigma(x)^2 (", "wrong exponent"),
        ),
    ),
    TrueClaim(
        SCALAR,
        r"\frac{d}{dx} \log(1 + e^{a x})",
        r"a \sigma(a x)",
        inner=("a ",),
        changes=((r"\sigma(a x)", r"\sigma(-a x)", "sign"), (r"\sigma(a x)", r"\sigma(x)", "missing factor")),
    ),
    TrueClaim(SCALAR, r"\frac{d}{dx} \tanh(x)", r"1 - \tanh^2(x)", changes=(
        (r"\tanh^2", r"\tanh", "wrong exponent"), (r"\tanh^2", r"\tanh^3", "wrong exponent"))),
    TrueClaim(
        SCALAR,
        r"\frac{d}{dx} e^{-a x}",
        r"-a e^{-a x}",
        inner=("a ",),
        changes=(("e^{-a x}", "e^{a x}", "sign"), ("-a e", "-a x e", "extra factor")),
    ),
    TrueClaim(
        SCALAR,
        r"\frac{d}{dx} x^3",
        "3 x^2",
        factors=("3 ",),
        changes=(("x^2", "x", "wrong exponent"), ("x^2", "x^3", "wrong exponent")),
    ),
    TrueClaim(
        SCALAR,
        r"\frac{d}{dx} \frac{1}{a + b x}",
        r"-\frac{b}{(a + b x)^2}",
        changes=(
            ("(a + b x)^2", "(a + b x)", "derivative of a quotient"),
            (r"\frac{b}", r"\frac{1}", "forgotten chain-rule factor"),
            ("a + b x", "a - b x", "sign"),
        ),
    ),
    TrueClaim(
        SCALAR,
        r"\frac{d}{dx} \log(a + b x)",
        r"\frac{b}{a + b x}",
        changes=(
            (r"\frac{b}{a + b x}", r"b (a + b x)", "derivative of a logarithm"),
            (r"\frac{b}{a + b x}", r"b \log(a + b x)", "derivative of a logarithm"),
            (r"\frac{b}", r"\frac{1}", "forgotten chain-rule factor"),
            ("{a + b x}", "{(a + b x)^2}", "derivative of a quotient"),
        ),
    ),
    TrueClaim(
        SCALAR,
        r"\frac{d}{dx} e^x",
        "e^x",
        changes=(("e^x", "x e^{x - 1}", "derivative of an exponential"), ("e^x", "e^{-x}", "sign")),
    ),
    TrueClaim(
        SCALAR,
        r"\frac{d}{dx} \sin(a x)",
        r"a \cos(a x)",
        inner=("a ",),
        changes=(
            (r"\cos", r"\sin", "derivative of a function"),
            (r"\cos(a x)", r"\cos(x)", "missing factor"),
        ),
    ),
    TrueClaim(
        SCALAR,
        r"\frac{d}{dx} \cos(x)",
        r"-\sin(x)",
        changes=((r"\sin", r"\cos", "derivative of a function"),),
    ),
    TrueClaim(
        SCALAR,
        r"\frac{d}{dx} (a x + b)^4",
        "4 a (a x + b)^3",
        factors=("4 ",),
        inner=("a ",),
        changes=(("^3", "^4", "wrong exponent"), ("^3", "^2", "wrong exponent"), ("+ b", "- b", "sign")),
    ),
    TrueClaim(
        SCALAR,
        r"\frac{d}{dx} x \log x",
        r"1 + \log x",
        changes=((r"\log x", r"\frac{1}{x}", "derivative of a logarithm"),),
    ),
    TrueClaim(VECTOR, r"\frac{\partial q}{\partial u_i}", "2 u_i", factors=("2 ",), changes=(
        ("2 u_i", "2 u_i^2", "wrong exponent"), ("u_i", r"\sum_{i=1}^n u_i", "sum too much"))),
    TrueClaim(VECTOR, r"\frac{\partial s}{\partial u_i}", "v_i", changes=(
        ("v_i", r"\sum_{i=1}^n v_i", "sum too much"), ("v_i", "u_i v_i", "extra factor"),
        ("v_i", "u_i", "wrong name"),)),
    TrueClaim(
        VECTOR, r"\frac{\partial s^2}{\partial u_i}", "2 s v_i", factors=("2 ", "s "), inner=(" v_i",),
        changes=(("s", "s^2", "wrong exponent"),),
    ),
    TrueClaim(VECTOR, r"\frac{\partial q^2}{\partial u_i}", "4 q u_i", factors=("4 ", "q "), changes=(
        ("q", "q^2", "wrong exponent"), ("q", "u_i^2", "missing sum"))),
    TrueClaim(
        VECTOR,
        r"\frac{\partial E}{\partial u_i}",
        r"2 \sum_{j=1}^m r_j A_{ji}",
        factors=("2 ", "r_j "),
        inner=(" A_{ji}",),
        changes=(
            ("A_{ji}", "A_{ij}", "transposed"),
            (r"\sum_{j=1}^m", r"\sum_{j=2}^m", "wrong bound"),
            (r"\sum_{j=1}^m ", "", "missing sum"),
            ("r_j", "r_j^2", "wrong exponent"),
        ),
    ),
    TrueClaim(
        VECTOR,
        r"\nabla_u E",
        r"2 A^\top (A u - b)",
        factors=("2 ",),
        changes=(
            (r"A^\top", "A", "transposed"),
            (r"A^\top (A u - b)", r"(A u - b) A^\top", "order of a product"),
            (r"A^\top (A u - b)", r"(A u - b)^\top A", "transposed"),
        ),
    ),
    TrueClaim(VECTOR, r"\nabla_u s", "v", changes=(("v", r"v^\top", "transposed"),)),
    TrueClaim(
        VECTOR, r"\frac{\partial}{\partial u_i} \sum_{k=1}^n e^{a u_k}", "a e^{a u_i}", inner=("a ",),
        changes=(
            ("e^{a u_i}", "e^{-a u_i}", "sign"),
            ("e^{a u_i}", r"\sum_{k=1}^n e^{a u_k}", "sum too much"),
        ),
    ),
    TrueClaim(
        VECTOR, r"\frac{\partial}{\partial u_i} \sum_{k=1}^n u_k^3", "3 u_i^2", factors=("3 ",), changes=(
        ("u_i^2", "u_i", "wrong exponent"), ("u_i^2", "u_i^3", "wrong exponent"),
        ("u_i^2", r"\sum_{k=1}^n u_k^2", "sum too much"))),
)  # fmt: skip

SIGNS = frozenset({"sign of the whole", "sign of a term", "sign in an exponent", "sign in brackets"})
# A label that stands for several names: what the writer did is the same mistake under each.
NAMES: dict[str, frozenset[str]] = {
    "sign": SIGNS,
    "swapped": frozenset({"swapped indices", "wrong index", "transposed"}),
}

Change = Callable[[TrueClaim], Iterator[tuple[str, str]]]


def sign_of_the_whole(claim: TrueClaim) -> Iterator[tuple[str, str]]:
    yield f"-( {claim.right} )", "sign of the whole"


def sign_of_a_term(claim: TrueClaim) -> Iterator[tuple[str, str]]:
    """Each binary sign outside of brackets, and the first one of several terms, turned."""
    text = claim.right
    places = list(binary_signs(text))
    for at in places:
        yield text[:at] + ("-" if text[at] == "+" else "+") + text[at + 1 :], "sign of a term"
    if places and text.startswith("-"):
        yield text[1:], "sign of a term"


def missing_factors(claim: TrueClaim) -> Iterator[tuple[str, str]]:
    for pieces, kind in ((claim.factors, "missing factor"), (claim.inner, "forgotten chain-rule factor")):
        for piece in pieces:
            yield claim.right.replace(piece, "", 1), kind


def extra_factors(claim: TrueClaim) -> Iterator[tuple[str, str]]:
    yield f"2 ( {claim.right} )", "extra factor"
    if r"\lambda" in claim.given:
        yield rf"\lambda ( {claim.right} )", "extra factor"


def missing_terms(claim: TrueClaim) -> Iterator[tuple[str, str]]:
    """Each term after the first left out; one with a delta is one of the cases."""
    text = claim.right
    places = [*binary_signs(text), len(text)]
    for start, end in pairwise(places):
        term = text[start:end]
        kind = "one case for all" if r"\delta" in term else "missing term"
        yield text[:start] + text[end:], kind


def extra_terms(claim: TrueClaim) -> Iterator[tuple[str, str]]:
    if r"\lambda" in claim.given and "_" in claim.left and r"\nabla" not in claim.left:
        yield rf"{claim.right} + \lambda", "extra term"
    elif r"\sigma" in claim.given or "_i}" in claim.left:
        yield f"{claim.right} + 1", "extra term"


def swapped_indices(claim: TrueClaim) -> Iterator[tuple[str, str]]:
    """i for j and j for i, where both are free."""
    if re.search(r"W_\{ij\}", claim.left):
        swap = str.maketrans("ij", "ji")
        yield (
            re.sub(r"_\{?[ij]+\}?", lambda found: found.group().translate(swap), claim.right),
            "swapped indices",
        )


def particular(claim: TrueClaim) -> Iterator[tuple[str, str]]:
    for old, new, kind in claim.changes:
        assert old in claim.right, (claim.right, old)
        yield claim.right.replace(old, new, 1), kind


CHANGES: tuple[Change, ...] = (
    sign_of_the_whole,
    sign_of_a_term,
    missing_factors,
    extra_factors,
    missing_terms,
    extra_terms,
    swapped_indices,
    particular,
)


def binary_signs(text: str) -> Iterator[int]:
    """Places of + and − between terms, outside of brackets, braces and scripts."""
    depth = 0
    for at, letter in enumerate(text):
        depth += letter in "([{"
        depth -= letter in ")]}"
        if letter in "+-" and depth == 0 and at and text[at - 1] == " ":
            yield at


def candidates() -> Iterator[Wrong]:
    """All changed claims, each once; some of them may still be true."""
    seen = set()
    for claim in TRUE:
        for change in CHANGES:
            for right, kind in change(claim):
                text = f"{claim.given}\n\n$$ {claim.left} = {right} $$\n"
                if text not in seen:
                    seen.add(text)
                    yield Wrong(text, kind, claim.right)
    for text in unstated():
        yield Wrong(text, "assumption needed")


def wrong_claims(step: int = 1) -> Iterator[Wrong]:
    """Every `step`-th of the claims, if derivlab refutes it."""
    return (one for one in islice(candidates(), 0, None, step) if is_refuted(one.text))


def unstated() -> Iterator[str]:
    """True only under an assumption that is not there."""
    for claim in TRUE:
        if claim.given == SOFTMAX and "J" in claim.left:
            yield f"{UNSTATED}\n\n$$ {claim.left} = {claim.right} $$\n"


def the_claim(text: str) -> StatedClaim:
    """The claim of a text that states one."""
    claims = [one for one in read_text(text).statements if isinstance(one, StatedClaim)]
    return claims[-1]


def is_refuted(text: str) -> bool:
    """Whether the last claim of a text is read, and refuted."""
    document = read_text(text)
    return not document.errors and bool(document.claims) and judge(document.claims[-1]).verdict == "refuted"


def is_right(kind: str, label: str) -> bool:
    """Whether a diagnosis has the kind of the label."""
    return kind in NAMES.get(label, frozenset({label}))
