"""Gradients, steps and verdicts in a notebook: LaTeX and HTML."""

from __future__ import annotations

from sympy import exp, log

from derivlab.calculus import gradient
from derivlab.calculus.steps import Steps
from derivlab.proof import Undecided, prove_equal
from derivlab.symbols import Context, dimension, index, scalar, total, vector

K, k, i = dimension("K"), index("k"), index("i")
z = vector("z", K)
FOUND = gradient(log(total(exp(z[k]), k, K)), z, Context.of(z))
x = scalar("x")


def test_a_gradient_is_its_result_with_its_steps() -> None:
    assert FOUND._repr_latex_().startswith(r"$\displaystyle \frac{\partial}{\partial {z}_{i}}")
    assert FOUND._repr_latex_().endswith("$")
    html = FOUND._repr_html_()
    assert html.count("<li>") == len(FOUND.steps) > 0
    assert f"<summary>{len(FOUND.steps)} steps</summary>" in html
    assert "<b>logarithm</b>: " in html


def test_steps_are_an_aligned_chain() -> None:
    latex = FOUND.steps._repr_latex_()
    assert latex is not None
    assert latex.startswith("\\begin{align*}\n\\frac{\\partial}{\\partial {z}_{i}}")
    assert latex.count("\\\\\n") == len(FOUND.steps) - 1
    assert r"&& \text{Kronecker delta}" in latex
    assert Steps()._repr_latex_() is None
    assert FOUND.steps == tuple(FOUND.steps)


def test_a_step_is_an_equation() -> None:
    step = FOUND.steps[0]
    assert step._repr_latex_() == rf"$\displaystyle {latex_of(step.before)} = {latex_of(step.after)}$"


def latex_of(expr: object) -> str:
    import sympy

    return str(sympy.latex(expr))


def test_verdicts_say_what_they_rest_on() -> None:
    context = Context.of(z, x)
    assert "<b>proved</b>" in prove_equal(FOUND.closed_form, FOUND.closed_form, context)._repr_html_()
    refuted = prove_equal(x, 2 * x, context)._repr_html_()
    assert "<b>refuted</b><br>x = " in refuted
    assert "where x" in prove_equal(1 / x + 1, (1 + x) / x, context)._repr_html_()
    undecided = Undecided("no rule", "a < b", ("search",))._repr_html_()
    assert undecided == "<div><b>undecided</b><br>no rule<br>left over: a &lt; b<br>tried: search</div>"


def test_an_ambiguous_character_is_escaped() -> None:
    found = gradient(log(x), x, Context.of(x))
    assert "<script>" not in found.html(lambda expr: "<script>")
