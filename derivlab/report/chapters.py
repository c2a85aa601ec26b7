"""Chapters of the report, made once: each is kept by content and made again only when something changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from derivlab.report import wording
from derivlab.report.cache import Cache

if TYPE_CHECKING:
    from derivlab.models import Model
    from derivlab.network import TrainingConfig, TrainingResult
    from derivlab.verification import ModelReport

View = dict[str, Any]


def model_chapter(model: Model, prove: Callable[[Model], ModelReport], cache: Cache, timed: bool) -> View:
    """The chapter on one model; `prove` is called only if it is not in the cache.

    `timed` says whether the times of the proofs are told: they differ from run to run.
    """
    key = cache.key("model", {"name": model.name, "timed": timed})
    found = cache.find(key)
    if found is None:  # what makes a chapter is loaded only if one is made
        from derivlab.report.collection import model_section
        from derivlab.report.views import model_view

        report = prove(model)
        found = {**model_view(model_section(report, timed=timed)), "holds": report.holds}
        cache.keep(key, found)
    view: View = found
    return view


def network_chapter(
    config: TrainingConfig,
    models: Sequence[Model],
    train: Callable[[TrainingConfig], TrainingResult],
    cache: Cache,
    timed: bool,
) -> View:
    """The chapter on the network; `train` is called only if it is not in the cache."""
    names = [model.name for model in models]
    inputs = {"config": {name: _plain(value) for name, value in asdict(config).items()}, "models": names}
    key = cache.key("network", {**inputs, "timed": timed})
    found = cache.find(key)
    if found is None:
        found = _network(train(config), models, timed)
        cache.keep(key, found)
    view: View = found
    return view


def _plain(value: object) -> object:
    return value if isinstance(value, int | float | str | bool | None) else str(value)


def _network(result: TrainingResult, models: Sequence[Model], timed: bool) -> View:
    """The gradients that it began with are derived again: without proofs that takes a moment."""
    from derivlab.report.collection import model_section
    from derivlab.report.networkview import network_view
    from derivlab.report.training import network_section
    from derivlab.verification import ModelReport

    sections = [
        model_section(ModelReport(model, (), tuple(_gradients(model))))
        for model in models
        if model.name == "cross-entropy"
    ]
    return network_view(network_section(result, sections, timed=timed))


def _gradients(model: Model) -> Any:
    from derivlab.calculus import gradient

    definition = model.context.definition(model.objective)
    assert definition is not None
    return (gradient(definition.head, name, model.context) for name in model.gradients)


def book(
    models: Sequence[View], network: View | None, *, title: str = "", command: str = "", timed: bool = True
) -> View:
    """The whole report from its chapters."""
    from derivlab.report.environment import checksums, environment

    return {
        "title": title or wording.TITLE,
        "subtitle": wording.SUBTITLE,
        "models": list(models),
        "network": network,
        "environment": environment(machine=timed),
        "checksums": () if network is None else checksums(),
        "command": command,
    }
