"""Figures: the same bytes each time, nothing of pyplot's state, labels that do not overlap."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from derivlab.report.content import Curves
from derivlab.report.figures import digits_figure, loss_figure, smooth

from .sample import network


@pytest.mark.parametrize("form", ["pdf", "svg", "png"])
def test_figures_are_reproducible(form: str) -> None:
    section = network()
    assert loss_figure(section.curves, form) == loss_figure(section.curves, form)
    assert digits_figure(section.misclassified[:3], form) == digits_figure(section.misclassified[:3], form)


def test_a_short_run_has_a_figure_too() -> None:
    assert loss_figure(Curves([1], [2.3], [1], [2.2])).startswith(b"%PDF")


@given(st.lists(st.floats(0, 10), min_size=1, max_size=40), st.integers(1, 15))
def test_smoothing_stays_within_the_values(values: list[float], window: int) -> None:
    smoothed = smooth(values, window)
    assert len(smoothed) == len(values)
    assert min(values) - 1e-9 <= smoothed.min() <= smoothed.max() <= max(values) + 1e-9


def test_smoothing_keeps_a_constant() -> None:
    assert np.allclose(smooth([3.0] * 9, 5), 3.0)


def test_the_report_imports_no_pyplot() -> None:
    code = "import derivlab.report.document, sys; assert 'matplotlib' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
