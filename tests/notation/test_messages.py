"""What is said of input that is not read: the words, the place and what to write instead."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from derivlab.notation import StatedClaim

from .helpers import claim, document, error


class Case(NamedTuple):
    """A text with its first error: message, hint, and what stands at the place."""

    text: str
    message: str
    hint: str
    place: str


CASES = [
    Case(
        "$$ a = b + q $$",
        "`q` is not declared",
        r"say what it is first, e.g. $q \in \mathbb{R}$ or $q \in \mathbb{R}^n$, or define it",
        "q",
    ),
    Case(
        r"$$ a = \hat{a} $$",
        r"`\hat{a}` is not declared",
        r"say what it is first, e.g. $\hat{a} \in \mathbb{R}$ or $\hat{a} \in \mathbb{R}^n$, or define it",
        r"\hat{a}",
    ),
    Case(
        r"$$ a = \mathbf{x}^\top x $$",
        r"`\mathbf{x}` is not declared; `x` is, and the two are different names",
        r"say what it is first, e.g. $\mathbf{x} \in \mathbb{R}$ or $\mathbf{x} \in \mathbb{R}^n$, or define it",  # noqa: E501
        r"\mathbf{x}^\top",
    ),
    Case(
        "$$ a = a^{(1)} $$",
        "`a^{(1)}` is not declared; it is another name than `a`",
        r"say what it is first, e.g. $a^{(1)} \in \mathbb{R}$ or $a^{(1)} \in \mathbb{R}^n$, or define it",
        "a^{(1)}",
    ),
    Case(
        r"$$ a = \sum_m 1 $$",
        "the index m has no range: it stands on no axis",
        r"give it one, e.g. $m = 1, \dots, n$, or bounds on its sum",
        "m",
    ),
    Case(
        r"$$ \delta_{km} = \delta_{mk} $$",
        "the index k has no range: it stands on no axis",
        r"give it one, e.g. $k = 1, \dots, n$, or bounds on its sum",
        "k",
    ),
    Case(
        r"$x_m \in \mathbb{R}$",
        "the index m has no range, so the number of `x_{m}` is not known",
        r"add its range to the sentence, e.g. for $m = 1, \dots, N$",
        "x_m",
    ),
    Case(
        "$$ v = x_i + z_i $$",
        "the index i runs over d (axis 1 of x) and over K (axis 1 of z)",
        "use a letter of its own for each range, or check the order of the indices",
        "i",
    ),
    Case(
        "$$ v = W x + x $$",
        "terms of different shapes: a vector of size K and a vector of size d",
        "both terms need the same shape; check transposes",
        "x",
    ),
    Case(
        "$$ v = x W $$",
        "a product of shapes that do not fit: a vector of size d and a K × d matrix",
        "check the order and the transposes",
        "W",
    ),
    Case(
        r"$$ v = x \theta $$",
        "a product of two columns: a vector of size d and a vector of size d",
        r"write x^\top y for the scalar, x y^\top for the matrix, x \odot y for entry by entry",
        r"\theta",
    ),
    Case(
        "$$ a = (b + c $$",
        "`(` is not closed",
        "add the matching `)`",
        "(",
    ),
    Case(
        "$$ a = b + c) $$",
        "`)` closes nothing",
        "remove it, or add the bracket that it closes",
        ")",
    ),
    Case(
        "$$ a = [b + c) $$",
        "`)` does not close `[`",
        "close the brackets in the order of opening",
        ")",
    ),
    Case(
        r"$$ a = \frac{b}{c $$",
        "`{` is not closed",
        "add the matching `}`",
        "{",
    ),
    Case(
        "$$ a = b} $$",
        "`}` closes nothing",
        "remove it, or add the bracket that it closes",
        "}",
    ),
    Case(
        r"$$ a = \foo b $$",
        r"the command `\foo` is not known",
        r"write it with the commands of amsmath, define it with \newcommand, or name an operator with \operatorname{foo}",  # noqa: E501
        r"\foo",
    ),
    Case(
        r"$$ a \approx b $$",
        "an approximation `≈` is not read",
        "state an exact equation",
        r"\approx",
    ),
    Case(
        r"$$ a \propto b $$",
        "a proportionality `∝` is not read",
        "write the equation with its constant",
        r"\propto",
    ),
    Case(
        r"$$ z \sim N $$",
        "a distribution `∼` is not read",
        r"declare the variable and its domain, e.g. $x \in \mathbb{R}$",
        r"\sim",
    ),
    Case(
        r"$$ a \to b $$",
        "an arrow is not read as a relation",
        r"write an equation, or f: A \to B for a function",
        r"\to",
    ),
    Case(
        r"$$ a = x_1 + \dots + t_d $$",
        "dots in the middle of an expression are not read",
        r"write the sum, e.g. $\sum_{i=1}^{n} x_i$ instead of $x_1 + \dots + x_n$",
        r"\dots",
    ),
    Case(
        "$$ a = $$",
        "one side of this relation is empty",
        "write an expression on both sides of the relation",
        "=",
    ),
    Case(
        "$$ = a $$",
        "one side of this relation is empty",
        "write an expression on both sides of the relation",
        "=",
    ),
    Case(
        "$$ a = b + $$",
        "the formula ends after `+`",
        "write what should follow, or remove it",
        "+",
    ),
    Case(
        r"$$ a = b \cdot $$",
        "the formula ends after `·`",
        "write what should follow, or remove it",
        r"\cdot",
    ),
    Case(
        r"$$ a = \cdot b $$",
        "`·` is not expected here",
        "an operator needs something on both sides",
        r"\cdot",
    ),
    Case(
        "$$ a = b ^ $$",
        "the formula ends after `^`",
        "write what should follow, or remove it",
        "^",
    ),
    Case(
        "$$ a = _i $$",
        "`_` is not expected here",
        "a subscript needs a symbol before it",
        "_",
    ),
    Case(
        r"$$ a = \frac{b} $$",
        "the formula ends after `}`",
        "write what should follow, or remove it",
        "}",
    ),
    Case(
        r"$$ a = \frac{}{b} $$",
        "this bracket is not read in an expression",
        "use ( ) for grouping",
        "{}",
    ),
    Case(
        "$$ a = x^a^b $$",
        "two superscripts on one symbol",
        "put braces: {x^a}^b",
        "^b",
    ),
    Case(
        "$$ a = x_i_j $$",
        "two subscripts on one symbol",
        "put braces: {x_a}_b",
        "_j",
    ),
    Case(
        r"$$ a = \int_0^1 b $$",
        "integrals are not read",
        "state the claim without the integral",
        r"\int_0^1",
    ),
    Case(
        r"$$ a = \lim b $$",
        "limits are not read",
        "state the claim without the limit",
        r"\lim",
    ),
    Case(
        r"$$ a = \mathbb{E} b $$",
        "expectations are not read",
        "write the sum or the density",
        r"\mathbb{E}",
    ),
    Case(
        "$$ a = A^{1/2} x $$",
        "this power of a matrix is not read",
        "give it a name, and assume what is known of it",
        "A^{1/2}",
    ),
    Case(
        "$$ a = x^\\top \\Big(\\sum_{n} (t_n A)^{-1}\\Big) x $$",
        "the inverse of a matrix that depends on n is not read",
        "give the matrix a name",
        "(t_n A)^{-1}",
    ),
    Case(
        "$$ a = x^3 $$",
        "a power of a vector of size d is not read",
        r"write \|x\|^2 for x^\top x, x \odot x for entry by entry",
        "x^3",
    ),
    Case(
        "$$ v = a / x $$",
        "dividing by a vector of size d is not read",
        "write the entry, e.g. $a / x_i$",
        "x",
    ),
    Case(
        "$$ a = |x| $$",
        "|...| of a vector of size d is not read",
        r"write \|x\| for the norm, |x_i| for an entry",
        "|x|",
    ),
    Case(
        r"$$ a = \|A\|_2 $$",
        "the 2-norm of a matrix is its largest singular value and is not read",
        r"write \|W\|_F",
        r"\|A\|",
    ),
    Case(
        "$$ a = x_{ij} $$",
        "x is a vector of size d and takes 1 index, not 2",
        "give one index for each axis",
        "x_{ij}",
    ),
    Case(
        "$$ a = a_i $$",
        "a is a scalar and has no entries",
        r"declare it as a vector, e.g. $a \in \mathbb{R}^n$, or drop the index",
        "a_i",
    ),
    Case(
        "$$ a = x_{i+1} $$",
        "a shifted index is not read",
        "write the sum over the whole range, or name the shifted array",
        "i+1",
    ),
    Case(
        "$$ a = x_0 $$",
        "`0` is no index: indices count from 1",
        "write a whole number from 1 on",
        "0",
    ),
    Case(
        "$$ a = x_a $$",
        "`a` is declared as a number and cannot be an index",
        "use another letter for the index",
        "a",
    ),
    Case(
        r"$$ a = \sum x_i $$",
        "this sum does not say over what",
        r"write \sum_{i=1}^{n} or \sum_i",
        r"\sum x_i",
    ),
    Case(
        r"$$ a = \sum_{i=0}^{d} x_i $$",
        "a sum from `0` is not read: indices count from 1",
        r"write \sum_{i=1}^{n}, or a condition such as i \neq k",
        "0",
    ),
    Case(
        r"$$ a = \sum_{i=1}^{d-1} x_i $$",
        "the upper bound `d - 1` is not read",
        "name the size, and leave the last terms out with a condition",
        "d-1",
    ),
    Case(
        r"$$ a = \sum_{i \in S} x_i $$",
        "a sum over this set is not read",
        r"write \sum_{i=1}^{n}, with conditions such as i \neq k",
        "S",
    ),
    Case(
        r"$$ a = \sum_{i=1}^{a} x_i $$",
        "the upper bound `a` is not a size",
        r"write $a \in \mathbb{N}$, or the size of an axis",
        "a",
    ),
    Case(
        r"$$ a = \sum_{i=1}^{10^8} b $$",
        "the upper bound `10^{8}` is not read",
        "name the size, and leave the last terms out with a condition",
        "10^8",
    ),
    Case(
        r"$$ a = b \pm c $$",
        "`±` is not read: it stands for two expressions",
        "write one equation for each sign",
        r"b \pm c",
    ),
    Case(
        r"$$ a = \begin{cases} b & a > 0 \end{cases} $$",
        "these cases do not say what holds otherwise",
        r"add a last row: 0 & \text{otherwise}",
        r"\begin{cases} b & a > 0 \end{cases}",
    ),
    Case(
        r"$$ a = \begin{vmatrix} a & b \\ c & a \end{vmatrix} $$",
        "a matrix written as `vmatrix` is not read",
        "write it as bmatrix or pmatrix, a determinant with its entries",
        r"\begin{vmatrix}",
    ),
    Case(
        r"$$ x = \begin{pmatrix} a & b \\ c \end{pmatrix} $$",
        "this matrix has rows of 1 and 2 entries",
        "write as many in each row",
        r"\begin{pmatrix} a & b \\ c \end{pmatrix}",
    ),
    Case(
        r"$$ x = \begin{pmatrix} a \\ \vdots \\ x_d \end{pmatrix} $$",
        "these dots do not say what stands between",
        r"write the first, the dots and the last, e.g. x_1 \\ \vdots \\ x_n",
        r"\begin{pmatrix} a \\ \vdots \\ x_d \end{pmatrix}",
    ),
    Case(
        r"$$ x = \begin{pmatrix} x \\ x \end{pmatrix} $$",
        "a vector of size d below another one is not read",
        r"transpose it: x_1^\top",
        r"\begin{pmatrix} x \\ x \end{pmatrix}",
    ),
    Case(
        r"$$ x = \begin{pmatrix} x^\top \\ a \end{pmatrix} $$",
        "a matrix of blocks of different kinds is not read: a row of size d and a scalar",
        "name its parts",
        r"\begin{pmatrix} x^\top \\ a \end{pmatrix}",
    ),
    Case(
        r"$$ x = \begin{pmatrix} \end{pmatrix} $$",
        "this matrix is empty",
        "write its cells",
        r"\begin{pmatrix} \end{pmatrix}",
    ),
    Case(
        r"$$ x = \begin{pmatrix} a, b \\ c \end{pmatrix} $$",
        "a cell of a matrix holds one expression",
        "separate cells by &",
        "a, b",
    ),
    Case(
        r"$$ a = \mathbb{1} [b] $$",
        "an indicator needs a condition",
        r"write \mathbb{1}[i = j] or \mathbb{1}[x > 0]",
        "[b]",
    ),
    Case(
        "$$ a = 9^{9^{9^9}} $$",
        "this exponent is past 1000",
        "give the number a name of its own, e.g. $c > 0$",
        "9^{9^9}",
    ),
    Case(
        "$$ a = 10^{10^8} $$",
        "this exponent is past 1000",
        "give the number a name of its own, e.g. $c > 0$",
        "10^{10^8}",
    ),
    Case(
        "$$ a = (10^7)! $$",
        "the factorial of a number past 200",
        "give the number a name of its own, e.g. $c > 0$",
        "(10^7)!",
    ),
    Case(
        "$$ a = b! $$",
        "only the factorial of a number is read",
        "write its value, or give it a name",
        "b!",
    ),
    Case(
        "$$ a = b / 0 $$",
        "this divides by zero",
        "check the denominator",
        "0",
    ),
    Case(
        r"$$ a = \log_2 $$",
        r"the function `\log_{2}` lacks its argument",
        r"write \log_{2}(x)",
        r"\log_2",
    ),
    Case(
        r"$$ a = \log $$",
        r"the function `\log` lacks its argument",
        r"write \log(x)",
        r"\log",
    ),
    Case(
        r"$$ a = \nabla a $$",
        r"`\nabla` does not say by what: its variable is not known",
        r"write e.g. \nabla_\theta J",
        r"\nabla a",
    ),
    Case(
        r"$$ a = \nabla x $$",
        r"`\nabla` does not say by what: its variable is not known",
        r"write e.g. \nabla_\theta J",
        r"\nabla x",
    ),
    Case(
        r"$$ a = \frac{\partial b}{\partial (a + b)} $$",
        "a derivative is taken by a name or an entry, not by `a + b`",
        "give the expression a name, e.g. $u := x + y$, and derive by u",
        "a + b",
    ),
    Case(
        r"$$ a = \frac{\partial b}{\partial N} $$",
        "`N` counts something; no derivative is taken by it",
        "",
        "N",
    ),
    Case(
        r"$$ a = \frac{\partial W}{\partial x} $$",
        "the derivative of a K × d matrix by a vector of size d has more than two axes",
        r"write it with indices, e.g. \frac{\partial W_{ij}}{\partial v_k}",
        r"\frac{\partial W}{\partial x}",
    ),
    Case(
        r"$$ a = \frac{\partial}{\partial a} $$",
        "this derivative has nothing to apply to",
        "write what it is taken of",
        r"\frac{\partial}{\partial a}",
    ),
    Case(
        r"$$ a = \partial b $$",
        "this is not a complete derivative",
        r"write \frac{\partial J}{\partial z_i} or \partial J / \partial z_i",
        r"\partial",
    ),
    Case(
        r"$$ a = \nabla_x $$",
        "this gradient has nothing to apply to",
        r"write e.g. $\nabla_\theta J$",
        r"\nabla_x",
    ),
    Case(
        r"$$ a = \operatorname{softmax}(b) $$",
        "softmax needs a vector, not a scalar",
        r"write \operatorname{softmax}(z)_i with a vector z",
        r"\operatorname{softmax}(b)",
    ),
    Case(
        r"$$ a = \operatorname{logsumexp}(b) $$",
        "logsumexp needs a vector, not a scalar",
        "write logsumexp(z) of a vector z",
        r"\operatorname{logsumexp}(b)",
    ),
    Case(
        r"$$ a = \operatorname{foo}(b) $$",
        r"`\operatorname{foo}` is not declared",
        r"define it first, e.g. $\operatorname{foo}(x) = ...$",
        r"\operatorname{foo}",
    ),
    Case(
        r"$$ a = \max(b) $$",
        "max over a set is not read",
        "write max(a, b) of two or more expressions",
        r"\max(b)",
    ),
    Case(
        r"$$ a = \exp(a, b) $$",
        "exp takes one argument, not 2",
        "write exp(x)",
        r"\exp(a, b)",
    ),
    Case(
        "Let $f(s) = s^2$. $$ a = f(b, c) $$",
        "f takes 1 argument, not 2",
        "write f(s)",
        "f(b, c)",
    ),
    Case(
        r"$v \in \mathbb{Q}^n$",
        r"the set `\mathbb{Q}^{n}` is not read",
        r"write \mathbb{R}, \mathbb{R}^n, \mathbb{R}^{m \times n}, \{0, 1\}, (0, 1), [K] or \{1, \dots, K\}",
        r"\mathbb{Q}^n",
    ),
    Case(
        r"$v \in \mathbb{R}^{n+1}$",
        "the size `n + 1` is not read",
        "give it a name of its own, e.g. m instead of n + 1",
        "n+1",
    ),
    Case(
        r"$v \in \mathbb{R}^{a}$",
        "`a` is already declared and is no size",
        "use another letter for the size",
        "a",
    ),
    Case(
        r"$a + b \in \mathbb{R}$",
        "`a + b` is no name that can be declared",
        "declare a letter, with an accent or an index",
        "a + b",
    ),
    Case(
        r"$v \in \{0, \dots, K\}$",
        "labels from 0 are not read: indices count from 1",
        r"write \{1, \dots, K\}",
        r"\{0, \dots, K\}",
    ),
    Case(
        r"$(v, w) \in \mathbb{R}$",
        "a tuple lies in a product of as many sets",
        r"write (x, y) \in \mathbb{R}^d \times \mathbb{R}",
        r"\mathbb{R}",
    ),
    Case(
        "$$ J := x_i $$",
        "the index i stands in the definition of J but not on its left",
        "write it on the left too, e.g. $J_i = ...$, or sum over it",
        "i",
    ),
    Case(
        "$$ a + b := c $$",
        "the left side of a definition is a name, entries of a name, or a function",
        "write e.g. $A := B$ or $f(x) := B$",
        "a + b",
    ),
    Case(
        r"$$ g = \sum_i u_i^\top x + a + u_i^\top \theta $$",
        "the index i stands in the definition of g but not on its left",
        r"a sum ends at the next + or -: put its terms in brackets, \sum_i (a + b)",
        "i",
    ),
    Case(
        r"$$ \ell = \mathbf{1} $$",
        "the size of this value cannot be told",
        r"give it one, e.g. $\mathbf{1}_K$ or $I_d$",
        r"\ell",
    ),
    Case(
        r"$$ a = \floor{b} $$",
        r"the command `\floor` is not known",
        r"write it with the commands of amsmath, define it with \newcommand, or name an operator with \operatorname{floor}",  # noqa: E501
        r"\floor",
    ),
    Case(
        r"$$ a = \lfloor b \rfloor $$",
        "a rounding bracket is not read in an expression",
        "use ( ) for grouping",
        r"\lfloor b \rfloor",
    ),
    Case(
        "$$ a = (b, c) $$",
        "these brackets hold more than one expression",
        "a name before them must be a function",
        "(b, c)",
    ),
    Case(
        r"$$ a = \left. b \right|_{b=0} $$",
        "a bar for `evaluated at` is not read",
        "write the argument in parentheses, e.g. $f'(0)$",
        r"\right|",
    ),
    Case(
        r"$$ a = {b \over c} $$",
        r"`\over` is not read",
        r"write \frac{a}{b} instead of a \over b",
        r"\over",
    ),
    Case(
        r"$$ a = b \text{ if good} + c $$",
        "this goes on with a formula that words have ended",
        "move the words behind the formula",
        "+",
    ),
    Case(
        r"$$ a = (b \text{ good}) $$",
        "the words `good` inside a formula are not read",
        "move the words out of the formula",
        r"\text{ good}",
    ),
    Case(
        "$$ a = b # c $$",
        "`#` is not read in a formula",
        r"remove it, or put it in \text{...}",
        "#",
    ),
    Case(
        r"$$ a = \langle x \rangle $$",
        "an inner product has two arguments",
        r"write \langle x, y \rangle",
        r"\langle x \rangle",
    ),
    Case(
        r"$$ a = \hat{(b+c)} $$",
        "an accent over `(b + c)` is not read",
        "put it over one letter",
        r"\hat{(b+c)}",
    ),
    Case(
        r"$$ A \succeq x $$",
        "terms of different shapes: a d × d matrix and a vector of size d",
        "both terms need the same shape; check transposes",
        "x",
    ),
    Case(
        "The map $x$ is convex in $x$.",
        "convex is said of a scalar, not of a vector of size d",
        "name a scalar function",
        "x",
    ),
    Case(
        r"$$ x \succeq 0 $$",
        "only a square matrix is definite, not a vector of size d",
        "check the shape",
        "x",
    ),
    Case(
        r"$$ a = \sum_{3} b $$",
        "a sum runs over a letter, not over `3`",
        r"write \sum_{i=1}^{n}",
        "3",
    ),
    Case(
        r"Assume $a \leq b$.",
        "an assumption with `≤` between expressions is not read",
        "assume <, > or = instead",
        "a",
    ),
    Case(
        r"$$ a = \tanh^{-1}(b) \operatorname{softmax}^{-1}(z) $$",
        "the inverse of softmax is not read",
        "write it out",
        r"\operatorname{softmax}^{-1}",
    ),
    Case(
        "$$ a = 3_2 $$",
        "this value is a scalar and has no entries",
        "drop the index",
        "3_2",
    ),
    Case(
        "$$ a = '$$",
        "`'` is not expected here",
        "a prime needs a symbol before it",
        "'",
    ),
    Case(
        r"$$ J = q, \quad a = J $$",
        "`q` is not declared",
        r"say what it is first, e.g. $q \in \mathbb{R}$ or $q \in \mathbb{R}^n$, or define it",
        "q",
    ),
    Case(
        "$$ a = W_{ijk} $$",
        "W is a K × d matrix and takes 2 indices, not 3",
        "give one index for each axis",
        "W_{ijk}",
    ),
    Case(
        "$$ a = b_{ $$",
        "`{` is not closed",
        "add the matching `}`",
        "{",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=[case.text for case in CASES])
def test_message(case: Case) -> None:
    found = error(case.text)
    text = found.extent.source.text[found.error.start : found.error.end]
    assert (found.error.message, found.error.hint, text) == (case.message, case.hint, case.place)


@pytest.mark.parametrize("case", CASES, ids=[case.text for case in CASES])
def test_a_message_says_what_to_write(case: Case) -> None:
    assert case.hint or case.message.startswith(("`N` counts", "a size is"))


def test_one_bad_equation_hides_no_other() -> None:
    bad = " ".join(case.text for case in CASES[:40] if case.text.startswith("$$"))
    text = rf"$$ a + b = b + a $$ {bad} $$ a b = b a $$"
    claims = [one for one in document(text).statements if isinstance(one, StatedClaim)]
    assert [one.left_text for one in claims if one.right_text in ("b + a", "b a")] == ["a + b", "a b"]


def test_a_bad_row_hides_no_other() -> None:
    text = r"""\begin{align}
a + b &= b + a \\
a &= (b \\
a b &= b a
\end{align}"""
    found = document(text)
    assert [one.extent.line for one in found.claims] == [5, 7]
    assert [one.extent.line for one in found.errors] == [6]


def test_a_bad_side_hides_no_other() -> None:
    found = document(r"$$ a + b = b + a = \foo = 2 b - b + a $$")
    assert len(found.claims) == 1
    assert len(found.errors) == 2


def test_a_name_whose_definition_failed_says_so() -> None:
    found = document("$$ J = q $$\n$$ a = J $$")
    assert [one.error.message for one in found.errors] == [
        "`q` is not declared",
        "`J` is not declared: its definition in line 4 was not read",
    ]


def test_two_ranges_for_one_letter_refute_a_claim() -> None:
    found = claim(r"$$ x_i + z_i = z_i + x_i $$")
    assert found.shape_mismatch == "the index i runs over d (axis 1 of x) and over K (axis 1 of z)"


@pytest.mark.parametrize("name", ["a.md", "a.tex"])
def test_every_error_has_a_place_inside_the_text(name: str) -> None:
    for case in CASES:
        for one in document(case.text, path=name).errors:
            assert 0 <= one.error.start < one.error.end <= len(one.extent.source.text)
