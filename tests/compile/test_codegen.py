"""`derivlab codegen` prints a file that runs, and says what it cannot print."""

from __future__ import annotations

import numpy as np
import pytest

from derivlab.cli.main import main
from derivlab.models import MODELS


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["codegen", *words]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("backend", ["numpy", "torch"])
@pytest.mark.parametrize("model", MODELS)
def test_what_it_prints_is_a_file_that_runs(
    model: str, backend: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = printed(capsys, model, "--backend", backend)
    scope: dict[str, object] = {}
    exec(compile(text, model, "exec"), scope)  # noqa: S102
    assert any(callable(value) and name.startswith(model.replace("-", "_")) for name, value in scope.items())
    assert '"""value' in text


def test_the_printed_function_is_right(capsys: pytest.CaptureFixture[str]) -> None:
    scope: dict[str, object] = {}
    exec(compile(printed(capsys, "cross-entropy", "--batch", "z,y"), "ce", "exec"), scope)  # noqa: S102
    z, y = np.array([[1.0, 2, 3], [800, 0, 0]]), np.array([[1.0, 0, 0], [0, 1, 0]])
    found = scope["cross_entropy_by_z"](y=y, z=z)
    np.testing.assert_allclose(found["gradient_z"][1], [1, -1, 0], atol=1e-15)


def test_naive_prints_the_formula_as_it_stands(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, "log-likelihood", "--naive")
    assert "np.exp(z)" in text
    assert "exp_of_difference" not in text


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["softmax", "--by", "q"], "softmax is differentiated by z, not by 'q'"),
        (["sofmax"], "did you mean `softmax`"),
        (["softmax", "--batch", "q"], "'q' is no argument; the arguments are z"),
    ],
)
def test_what_it_cannot_print(words: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["codegen", *words]) == 2
    assert told in capsys.readouterr().err
