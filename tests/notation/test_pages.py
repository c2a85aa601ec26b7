"""Pages as textbooks and lectures write them, read without an edit."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from derivlab.notation import load, read
from derivlab.report.check.judge import check_statements

PAGES = Path(__file__).parent / "pages"
#: What must come out: the number of claims proved, and the only problems that are left.
EXPECTED: dict[str, tuple[int, tuple[str, ...]]] = {
    "attention.md": (3, ()),
    "attention_and_logistic.tex": (7, ()),
    "back_propagation.md": (5, ()),
    "batch_normalization.md": (3, ()),
    "gaussian_divergence.md": (2, ("the sign of the difference is not evident",)),
    "focal_loss.tex": (1, ()),
    "gaussian_likelihood.md": (3, ()),
    "linear_regression.md": (3, ()),
    "logistic_regression.md": (6, ()),
    "normal_equations.md": (1, ()),
    "perceptron.md": (9, ()),
    "quadratic_forms.md": (9, ()),
    "two_layers.md": (5, ()),
    "softmax_notes.md": (7, ()),
    "policy_gradient.md": (2, ()),
    "ridge_regression.tex": (3, ()),
    "softmax_regression.md": (4, ()),
    "support_vectors.md": (1, ()),
    "question_and_answer.md": (5, ()),
    "optimization.md": (5, ()),
    "root_mean_square_norm.tex": (7, ()),
    "gaussian_with_variance.md": (3, ()),
    "gaussian_maximum_likelihood.md": (8, ()),
    "gaussian_process.md": (5, ()),
    "two_topics.md": (4, ()),
    "affine_layer_in_code_names.md": (3, ()),
    "attention_backward.md": (4, ()),
    "batch_normalization_backward.md": (4, ()),
    "focal_and_temperature.md": (5, ()),
    "homework.md": (11, ()),
    "layer_normalization.md": (4, ()),
    "least_squares_course.md": (2, ()),
    "logistic_with_hessian.md": (7, ()),
    "matrix_factorization.md": (3, ()),
    "poisson_regression.md": (3, ()),
    "recurrent_step.md": (3, ()),
    "soft_margin.md": (2, ()),
    "softmax_policy.md": (3, ()),
    "two_layer_classifier.md": (6, ()),
    "variational_autoencoder.md": (5, ("`\\mathcal{N}` is not declared",)),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_page_is_read_as_it_stands(name: str) -> None:
    proved, problems = EXPECTED[name]
    found = list(check_statements(read(load(str(PAGES / name)))))
    count = Counter(one.verdict for one in found if one.kind != "chain")
    assert count["refuted"] == 0
    assert count["proved"] == proved
    left = [one.reason for one in found if one.verdict in ("undecided", "unreadable")]
    assert len(left) == len(problems)
    assert all(reason.startswith(problem) for reason, problem in zip(left, problems, strict=True))


def test_every_page_has_its_expectation() -> None:
    assert {path.name for path in PAGES.iterdir()} == set(EXPECTED)
