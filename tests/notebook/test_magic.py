"""`%%derivlab`: what a cell shows, what it remembers, and how it fails."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("IPython")

from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

DECLARED = "Let $x \\in \\mathbb{R}$.\n"


@pytest.fixture
def shell() -> Iterator[Any]:
    found = InteractiveShell.instance()
    assert found.run_cell("%reload_ext derivlab.notebook").success
    yield found
    found.run_cell("%unload_ext derivlab.notebook")
    InteractiveShell.clear_instance()


def run(shell: Any, cell: str, line: str = "") -> tuple[Any, list[dict[str, str]], str]:
    """The result of a cell, what it displays, and what it prints."""
    with capture_output() as caught:
        result = shell.run_cell(f"%%derivlab {line}\n{cell}")
    return result, [output.data for output in caught.outputs], caught.stdout + caught.stderr


def test_the_cell_is_shown_and_judged(shell: Any) -> None:
    result, (shown, verdicts), _ = run(shell, DECLARED + "$$ x + x = 2 x $$ and $$ x + x = 3 x $$")
    assert result.success
    assert shown["text/markdown"].startswith("Let $x")
    plain, html = verdicts["text/plain"], verdicts["text/html"]
    assert "line 2: proved: x + x = 2 x" in plain
    assert "reason: the two sides differ: x = " in plain
    assert plain.splitlines()[-1] == "1 proved, 1 refuted"
    assert "✗ refuted" in html
    assert "$x + x = 3 x$" in html


def test_a_cell_knows_the_cells_before_and_counts_its_own_lines(shell: Any) -> None:
    run(shell, DECLARED)
    assert run(shell, "\n$$ x + x = 2 x $$")[1][1]["text/plain"].startswith("line 2: proved")
    assert "not declared" in run(shell, "$$ x + x = 2 x $$", "--fresh")[1][1]["text/plain"]


def test_a_cell_that_is_run_again_stands_in_its_old_place(shell: Any) -> None:
    shell.parent_header = {"metadata": {"cellId": "one"}}
    run(shell, DECLARED + "Let $a = x$.")
    shell.parent_header = {"metadata": {"cellId": "two"}}
    assert "proved" in run(shell, "$$ 2 a = 2 x $$")[1][1]["text/plain"]
    shell.parent_header = {"metadata": {"cellId": "one"}}
    run(shell, DECLARED + "Let $a = 2 x$.")
    shell.parent_header = {"metadata": {"cellId": "two"}}
    assert "refuted" in run(shell, "$$ 2 a = 2 x $$")[1][1]["text/plain"]
    shell.parent_header = {}


def test_strict_stops_the_notebook(shell: Any) -> None:
    assert run(shell, DECLARED + "$$ x + x = 2 x $$", "--strict")[0].success
    result, _, told = run(shell, "$$ x + x = 3 x $$", "--strict")
    assert not result.success
    assert "%%derivlab --strict: 1 refuted" in told
    assert "Traceback" not in told


def test_an_unknown_option_is_said_in_a_line(shell: Any) -> None:
    result, _, told = run(shell, DECLARED, "--loud")
    assert not result.success
    assert "its options are --fresh and --strict" in told
    assert "Traceback" not in told


def test_an_empty_or_unreadable_cell_is_no_error(shell: Any) -> None:
    assert run(shell, "words")[1][1]["text/plain"] == "no equation was found"
    assert "1 unreadable" in run(shell, r"$$ \frac{1}{ = 2 $$")[1][1]["text/plain"]


def test_html_is_escaped(shell: Any) -> None:
    cell = "Let $x \\in \\mathbb{R}$. $$ x < \\text{<script>} = 3 $$ $$ <b> x = 1 $$"
    html = run(shell, cell, "--fresh")[1][1]["text/html"]
    assert "<script>" not in html
    assert "<b>" not in html


def test_load_ext_derivlab_is_enough(shell: Any) -> None:
    shell.run_cell("%unload_ext derivlab.notebook")
    assert "derivlab" not in shell.magics_manager.magics["cell"]
    assert shell.run_cell("%load_ext derivlab").success
    assert "derivlab" in shell.magics_manager.magics["cell"]


def test_gradients_are_set_as_in_a_textbook(shell: Any) -> None:
    from sympy import log

    from derivlab.calculus import gradient
    from derivlab.symbols import Context, dimension, index, total, vector

    K, k = dimension("K"), index("k")
    yhat = vector("yhat", K)
    found = gradient(total(log(yhat[k]), k, K), yhat, Context.of(yhat))
    shown, _ = shell.display_formatter.format(found)
    assert shown["text/latex"] == (
        r"$\displaystyle \frac{\partial}{\partial \hat{y}_{i}} \sum_{k=1}^{K} \log \hat{y}_{k} ="
        r" \frac{1}{\hat{y}_{i}}$"
    )
    assert r"\hat{y}_{i}" in shown["text/html"]


def test_what_to_write_is_not_set_as_mathematics(shell: Any) -> None:
    html = run(shell, "$$ |w| = 2 $$", "--fresh")[1][1]["text/html"]
    assert "write: <code>say what it is first, e.g. $w" in html
