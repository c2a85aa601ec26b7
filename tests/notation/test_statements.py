"""Each kind of statement: what is read, and as what."""

from __future__ import annotations

from fractions import Fraction

import pytest

from derivlab.notation import Assumed, Declared, Defined, StatedClaim, Updated, plain_text, read_text
from derivlab.symbols import BINARY, NONNEGATIVE, POSITIVE, SIGNS, Context, Domain

from .helpers import checked, claim, document, verdicts


def context(text: str) -> Context:
    """What is known after a text, seen from a last claim."""
    found = read_text(text + "\n\n$$ 0 = 0 $$\n")
    assert not found.errors, [one.error.message for one in found.errors]
    return found.claims[-1].context


def shape(text: str, name: str) -> str:
    return " ".join(str(size) for size in context(text).shape(name))


def domain(text: str, name: str) -> Domain:
    return context(text).variable(name).domain


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        (r"Let $z \in \mathbb{R}^K$.", "z", "K"),
        (r"Let $X \in \mathbb{R}^{N \times d}$.", "X", "N d"),
        (r"Let $\theta, b \in \mathbb{R}^d$.", "b", "d"),
        (r"Let $\theta, b \in \mathbb{R}^d$.", "theta", "d"),
        (r"$x \in \mathbb R$", "x", ""),
        (r"$x_i \in \mathbb{R}^d$ for $i = 1, \dots, N$", "x", "N d"),
        (r"For $i = 1, 2, \ldots, N$, $x_i \in \mathbb{R}^d$.", "x", "N d"),
        (r"For $i = 1, ..., N$, $x_i \in \mathbb{R}^d$.", "x", "N d"),
        (r"For $1 \le i \le N$ let $x_i \in \mathbb{R}$.", "x", "N"),
        (r"For $i \in \{1, \dots, N\}$ let $x_i \in \mathbb{R}$.", "x", "N"),
        (r"Let $x_i \in \mathbb{R}$ for $i \in [N]$.", "x", "N"),
        (r"For $i \in [N]$ let $x_i \in \mathbb{R}$.", "x", "N"),
        (r"$x_1, \dots, x_N \in \mathbb{R}^d$", "x", "N d"),
        (r"$x^{(1)}, \dots, x^{(m)} \in \mathbb{R}^n$", "x", "m n"),
        (r"$x^{(i)} \in \mathbb{R}^n$ for $i = 1, \dots, m$", "x", "m n"),
        (r"$W_{ij} \in \mathbb{R}$ for $i = 1, \dots, m$ and $j = 1, \dots, n$", "W", "m n"),
        (r"Let $(x_i, y_i) \in \mathbb{R}^d \times \{0, 1\}$ for $i = 1, \dots, N$.", "y", "N"),
        (r"Let $W^{(1)} \in \mathbb{R}^{d_1 \times d_0}$.", "W_1", "d_1 d_0"),
        (r"Let $\mathbf{x}\in\mathbb{R}^{n}$.", "x", "n"),
        (r"Let $x$ and $y$ be vectors in $\mathbb{R}^n$.", "y", "n"),
        (r"Let $v \in \mathbb{R}^3$.", "v", "3"),
        (r"Let $p \in \Delta^{K-1}$.", "p", "K"),
        (r"Let $q \in (0, 1)^K$.", "q", "K"),
    ],
)
def test_shapes(text: str, name: str, expected: str) -> None:
    assert shape(text, name) == expected


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        (r"$\lambda > 0$", "lambda", POSITIVE),
        (r"$\epsilon \geq 0$", "epsilon", NONNEGATIVE),
        (r"$0 < \beta$", "beta", POSITIVE),
        (r"$a, b > 0$", "a", POSITIVE),
        (r"$0 < x < 1$", "x", Domain(Fraction(0), Fraction(1), True, True)),
        (r"$0 \leq x \leq 1$", "x", Domain(Fraction(0), Fraction(1))),
        (r"$x \neq 0$", "x", Domain(nonzero=True)),
        (r"$y \in \{0, 1\}$", "y", BINARY),
        (r"$y \in \{-1, +1\}$", "y", SIGNS),
        (r"$p \in (0, 1)$", "p", Domain(Fraction(0), Fraction(1), True, True)),
        (r"$p \in [0, 1]$", "p", Domain(Fraction(0), Fraction(1))),
        (r"$p \in [0, \infty)$", "p", Domain(Fraction(0), None, False, True)),
        (r"$s \in \mathbb{R}_{>0}^K$", "s", POSITIVE),
        (r"$s \in \mathbb{R}^K_+$", "s", NONNEGATIVE),
        (r"$s \in \mathbb{R}_{++}$", "s", POSITIVE),
        (r"Let $c$ be a positive constant.", "c", POSITIVE),
        (r"for every positive number $c$", "c", POSITIVE),
        (r"where $a$ and $b$ are nonzero real numbers", "b", Domain(nonzero=True)),
        (r"with a scalar $c$", "c", Domain()),
        (r"Let $x \in \mathbb{R}$ with $x > 0$.", "x", POSITIVE),
    ],
)
def test_domains(text: str, name: str, expected: Domain) -> None:
    assert domain(text, name) == expected


def test_a_class_label_knows_its_classes() -> None:
    found = context(r"Let $y_i \in \{1, \dots, K\}$ for $i = 1, \dots, N$.")
    assert str(found.variable("y").domain.index_of) == "K"


@pytest.mark.parametrize(
    ("text", "name", "body"),
    [
        (r"$J := a + b$", "J", "a + b"),
        (r"$J \coloneqq a$", "J", "a"),
        (r"$J \triangleq a$", "J", "a"),
        (r"$J = a^2$", "J", "a**2"),
        (r"$a =: J$", "J", "a"),
        (r"$p_k = e^{z_k}$", "p", "exp(z[k])"),
        (r"$v = W x + z$", "v", "z[i] + Σ_{d_1=1..d}(W[i, d_1]*x[d_1])"),
        (r"$g_i = u_i a$", "g", "a*u[i, j]"),
        (r"$R(\theta) = \theta^\top \theta$", "R", "Σ_{d_1=1..d}(theta[d_1]**2)"),
        (r"$M_{jk} = x_j \theta_k$", "M", "theta[k]*x[j]"),
        (r"$\sigma^2 = \sum_i t_i^2$", "sigma_2", "Σ_{i=1..N}(t[i]**2)"),
        (r"$f: s \mapsto a$, $J = f(b)$", "J", "a"),
    ],
)
def test_definitions(text: str, name: str, body: str) -> None:
    found = document(text + "\n\n$$ 0 = 0 $$")
    assert not found.errors, [one.error.message for one in found.errors]
    definition = found.claims[-1].context.definition(name)
    assert definition is not None
    assert plain_text(definition.body) == body


def test_a_definition_may_use_what_the_sentence_defines_later() -> None:
    found = document(r"We minimize $J = \sum_k q_k$ where $q_k = z_k^2$.")
    assert [one.key for one in found.statements if isinstance(one, Defined)][-2:] == [
        "q",
        "J",
    ] or not found.errors
    assert not found.errors


def test_a_declaration_may_follow_in_the_sentence() -> None:
    assert verdicts(r"Then $\frac{d}{ds} s^2 = 2 s$ for $s \in \mathbb{R}$.") == ["proved"]


@pytest.mark.parametrize(
    "text",
    [
        r"Assume $\sum_k y_k = 1$.",
        r"Suppose that $\sum_{k=1}^K y_k = 1$.",
        r"Given that $\sum_k y_k = 1$, we go on.",
        r"Let $q \in \mathbb{R}^K$ be such that $\sum_k q_k = 1$.",
        r"Let $q \in \mathbb{R}^K$ with $\sum_k q_k = 1$.",
        r"Here $y$ satisfies $\sum_k y_k = 1$.",
        r"It is one-hot (i.e. assume $\sum_k y_k = 1$).",
        r"Assume $a < b$.",
        r"Assume $a \neq b$.",
    ],
)
def test_assumptions(text: str) -> None:
    assert [type(one) for one in document(text).statements].count(Assumed) == 1


@pytest.mark.parametrize(
    "text",
    [
        r"Assume $y$ is a vector, then $\sum_k y_k = 1$.",
        r"Assume nothing. We see $\sum_k y_k = 1$.",
        r"Assume $a > 0$. Hence $\sum_k y_k = 1$.",
        r"Let $f(s) = \log(1 + e^s)$. It satisfies $f'(a) = \sigma(a)$.",
    ],
)
def test_what_is_no_assumption(text: str) -> None:
    assert isinstance(document(text).statements[-1], StatedClaim)


def test_an_assumption_is_used() -> None:
    assert verdicts(r"$$ \sum_k y_k a = a $$") == ["refuted"]
    assert verdicts(r"Assume $\sum_k y_k = 1$. $$ \sum_k y_k a = a $$") == ["proved"]


def test_assumptions_without_a_solution_are_told() -> None:
    found = checked(r"Assume $a^2 = -1$. $$ a = b $$")
    assert [one.verdict for one in found] == ["undecided", "undecided"]
    assert "no values were found that satisfy this assumption" in found[0].reason


def test_each_equals_sign_of_a_chain_is_a_claim() -> None:
    text = r"""
\begin{align}
(a + b)^2 &= a^2 + 2 a b + b^2 \\
&= a^2 + b^2 + 2 a b \\
&= a^2 + b^2
\end{align}
"""
    found = checked(text)
    assert [one.verdict for one in found] == ["proved", "proved", "refuted"]
    assert [one.extent.line for one in found] == [6, 7, 8]


def test_a_chain_that_begins_with_a_definition() -> None:
    assert verdicts(r"$$ J = (a + b)^2 = a^2 + 2ab + b^2 $$ $$ J = a^2 + b^2 $$") == ["proved", "refuted"]


def test_rows_that_go_on() -> None:
    text = r"""
\begin{align*}
a + b &= a \\
      &\quad + b \\
a b &=
  b a
\end{align*}
"""
    assert verdicts(text) == ["proved", "proved"]


def test_a_bracket_over_two_rows() -> None:
    text = r"\begin{align} a (a + b) &= \Big( a^2 \\ &\quad + a b \Big) \end{align}"
    assert verdicts(text) == ["proved"]


@pytest.mark.parametrize(
    "text",
    [
        r"$\theta \leftarrow \theta - a \theta$",
        r"$\theta^{(t+1)} = \theta^{(t)} - a \theta^{(t)}$",
        r"$\theta_{t+1} = \theta_t - a \theta_t$",
        r"$\theta := \theta - a \theta$",
        r"$\theta_j := \theta_j - a \theta_j$",
    ],
)
def test_update_rules(text: str) -> None:
    found = document(text)
    assert not found.errors
    assert isinstance(found.statements[-1], Updated)


def test_the_expressions_of_an_update_rule_are_claimed_equal() -> None:
    text = r"""\begin{align}
\theta^{(t+1)} &= \theta^{(t)} - a c \theta^{(t)} \\
&= (1 - a c) \theta^{(t)}
\end{align}"""
    assert verdicts(text) == ["proved"]


def test_other_relations_are_claims() -> None:
    assert claim(r"$$ X^\top X \succeq 0 $$").relation == "⪰"
    assert claim(r"The function $\theta^\top \theta$ is convex in $\theta$.").by == ("theta",)
    assert verdicts(r"The function $\theta^\top \theta$ is convex in $\theta$.") == ["proved"]
    assert verdicts(r"Then $X^\top X$ is positive semidefinite.") == ["proved"]
    assert verdicts(r"$$ X^\top X - A^\top A \succeq 0 $$") == ["refuted"]
    assert claim(r"$$ a^2 + b^2 \geq 2 a b $$").relation == "≥"


def test_a_signature_states_nothing() -> None:
    assert document(r"Let $f: \mathbb{R}^d \to \mathbb{R}$.").statements[-1].extent.line == 2


def test_conditions_in_words() -> None:
    given = r"Let $z \in \mathbb{R}^K$ and $p = \operatorname{softmax}(z)$." + "\n\n"
    same = r"If $i = j$, then $$ \frac{\partial p_i}{\partial z_j} = p_i (1 - p_i) $$"
    other = r"For $i \neq j$: $$ \frac{\partial p_i}{\partial z_j} = -p_i p_j $$"
    assert verdicts(same, given) == ["proved"]
    assert verdicts(other, given) == ["proved"]
    assert verdicts(r"$$ \frac{\partial p_i}{\partial z_j} = -p_i p_j $$", given) == ["refuted"]
    rows = r"""\begin{align}
\frac{\partial p_i}{\partial z_j} &= p_i (1 - p_i) && \text{if } i = j \\
\frac{\partial p_i}{\partial z_j} &= -p_i p_j && \text{if } i \neq j
\end{align}"""
    assert verdicts(rows, given) == ["proved", "proved"]


def test_a_condition_on_a_number() -> None:
    assert verdicts(r"For $a > 0$ we have $|a| = a$.") == ["proved"]
    assert verdicts(r"$$ |a| = a \quad \text{if } a \geq 0 $$") == ["proved"]
    assert verdicts(r"$$ |a| = a $$") == ["refuted"]


def test_a_case_in_the_prose_claims_nothing() -> None:
    assert verdicts(r"Take the sum apart at $k = i$.") == []


def test_a_name_that_is_declared_and_then_defined_in_one_sentence() -> None:
    text = r"Let $v = W x$ where $v \in \mathbb{R}^K$. $$ v_k = \sum_j W_{kj} x_j $$"
    assert verdicts(text) == ["proved"]


def test_declared_statements_carry_their_keys() -> None:
    first = document("").statements[0]
    assert isinstance(first, Declared)
    assert first.keys == ("z", "y")


def test_a_sum_over_what_satisfies_a_condition() -> None:
    given = r"Let $z \in \mathbb{R}^K$ and $u \in \{0,1\}^K$." + "\n\n"
    assert verdicts(r"$$ \sum_{j : j \ne i} z_j = \sum_j z_j - z_i $$", given) == ["proved"]
    assert verdicts(r"$$ \sum_{j : u_j = 1} z_j = \sum_j u_j z_j $$", given) == ["proved"]
    assert verdicts(r"$$ \sum_{j \mid z_j > 0} z_j = \sum_j \max(0, z_j) $$", given) == ["proved"]
    assert verdicts(r"$$ \sum_{j : z_j > 0} z_j = \sum_j z_j $$", given) == ["refuted"]
    assert verdicts(r"$$ \sum_{j : 1 < z_j < 2} z_j = 0 $$", given) == ["refuted"]


def test_a_function_without_its_parameter() -> None:
    given = r"Let $\theta, x \in \mathbb{R}$. Let $h_\theta(t) = \theta t$ and $\sigma_1(t) = t^2$." + "\n\n"
    assert verdicts(r"$$ h(x) = \theta x $$", given) == ["proved"]
    assert verdicts(r"$$ 2 \sigma(x) = \frac{2}{1 + e^{-x}} $$", given) == ["proved"]


def test_brackets_before_a_transpose_are_a_factor() -> None:
    given = (
        r"Let $a^{(1)} \in \mathbb{R}^d$, $W \in \mathbb{R}^{K \times d}$, $z = W a^{(1)}$, $J = z^\top z$"
        r" and $\delta = \nabla_z J$." + "\n\n"
    )
    assert verdicts(r"$$ \frac{\partial J}{\partial W} = \delta (a^{(1)})^\top $$", given) == ["proved"]


def test_boxes_and_marks_do_not_hide_a_relation() -> None:
    given = r"Let $x \in \mathbb{R}$." + "\n\n"
    assert verdicts(r"$$ (x+1)^2 \stackrel{(a)}{=} x^2 + 1 $$", given) == ["refuted"]
    assert verdicts(r"$$ (x+1)^2 \overset{!}{=} x^2 + 2 x + 1 $$", given) == ["proved"]
    assert verdicts(r"$$ \boxed{(x+1)^2 = x^2 + 1} $$", given) == ["refuted"]
    assert verdicts(r"$$ \boxed{x + 1}^2 = \boxed{x^2 + 2 x + 1} $$", given) == ["proved"]
    assert verdicts(r"$$ x \underset{\text{def}}{=} x + 1 $$", given) == ["refuted"]
