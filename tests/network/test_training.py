"""Whole runs on a few images: reproducible, resumable, interruptible, and never by autograd."""

from __future__ import annotations

import json
import os
import signal
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch

from derivlab.errors import UsageError
from derivlab.network import DivergedError, Progress, TrainingConfig, train
from derivlab.network.batches import standardize
from derivlab.network.mnist import Mnist
from derivlab.network.run_folder import CHECK, CHECKPOINT, METRICS, RESULT, VERSIONS, RunFolder
from derivlab.network.session import open_session

SMALL = TrainingConfig(hidden=(16,), epochs=3, batch_size=64, test_every=7, dropout=0.2, learning_rate=0.01)


def test_a_run_learns_and_tells_what_it_did(on_few: Mnist) -> None:
    seen: list[Progress] = []
    result = train(SMALL, progress=seen.append)
    history = result.history
    assert history.iterations == tuple(range(1, 31))
    assert history.test_iterations == (7, 14, 21, 28, 30)
    assert len(history.training_loss) == 30
    assert np.mean(history.training_loss[-5:]) < np.mean(history.training_loss[:5]) * 0.7
    assert result.test_accuracy > 0.3
    assert result.confusion.shape == (10, 10)
    assert result.confusion.sum() == 200
    assert np.trace(result.confusion) / 200 == pytest.approx(result.test_accuracy)
    wrong = result.misclassified
    assert len(wrong.indices) == 200 - np.trace(result.confusion)
    assert np.array_equal(on_few.test.labels[wrong.indices], wrong.labels)
    assert (wrong.labels != wrong.predictions).all()
    assert result.gradient_check.passed
    assert result.finished
    assert seen[-1].iteration == 30
    assert seen[-1].test_accuracy == result.test_accuracy


def test_the_same_seed_gives_the_same_run(on_few: Mnist) -> None:
    first, again, other = train(SMALL), train(SMALL), train(replace(SMALL, seed=1))
    assert first.history == again.history
    assert first.history != other.history


def test_autograd_takes_no_part(on_few: Mnist, monkeypatch: pytest.MonkeyPatch) -> None:
    session = open_session(SMALL)

    def refused(*_: object, **__: object) -> None:
        raise AssertionError("autograd was called")

    monkeypatch.setattr(torch.autograd, "grad", refused)
    monkeypatch.setattr(torch.autograd, "backward", refused)
    monkeypatch.setattr(torch.Tensor, "backward", refused)
    for number, (pixels, rows) in enumerate(session.batches.epoch(64, session.order_generator(0)), start=1):
        session.step(number, pixels, rows)
    assert not session.weights.flat.requires_grad
    assert session.program.loss.grad_fn is None


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam", "adamw"])
def test_the_trajectory_is_autograds(optimizer: str, few: Mnist, on_few: Mnist) -> None:
    """100 steps in float64: every weight within 1e-6 of a run by modules, autograd and torch.optim."""
    config = TrainingConfig(
        hidden=(32, 16), epochs=10, batch_size=64, optimizer=optimizer, learning_rate=3e-3, dtype="float64"
    )
    session = open_session(config)
    sizes = session.network.sizes
    layers: list[torch.nn.Module] = []
    for before, after in pairwise(sizes):
        layers += [torch.nn.Linear(before, after), torch.nn.ReLU()]
    model = torch.nn.Sequential(*layers[:-1]).double()
    start = list(session.weights.views.values())
    with torch.no_grad():
        for linear, W, b in zip(model[::2], start[::2], start[1::2], strict=True):
            linear.weight.copy_(W)
            linear.bias.copy_(b)
    reference = {
        "sgd": lambda p: torch.optim.SGD(p, lr=1.0),
        "momentum": lambda p: torch.optim.SGD(p, lr=1.0, momentum=0.9),
        "adam": lambda p: torch.optim.Adam(p),
        "adamw": lambda p: torch.optim.AdamW(p, weight_decay=config.weight_decay),
    }[optimizer](model.parameters())
    from derivlab.network.schedules import rate_at

    number = 0
    for epoch in range(10):
        for pixels, rows in session.batches.epoch(64, session.order_generator(epoch)):
            number += 1
            inputs = torch.empty(64, 784, dtype=torch.float64)
            standardize(pixels, inputs)
            loss = torch.nn.functional.cross_entropy(model(inputs), session.batches.targets[rows])
            reference.zero_grad()
            loss.backward()
            reference.param_groups[0]["lr"] = rate_at(config.schedule, config.learning_rate, number - 1, 100)
            reference.step()
            session.step(number, pixels, rows)
            assert float(session.program.loss) == pytest.approx(loss.item(), rel=1e-6)
    assert number == 100
    for linear, W, b in zip(model[::2], start[::2], start[1::2], strict=True):
        torch.testing.assert_close(W, linear.weight.detach(), rtol=1e-6, atol=1e-9)
        torch.testing.assert_close(b, linear.bias.detach(), rtol=1e-6, atol=1e-9)


def test_a_run_folder_holds_everything(on_few: Mnist, tmp_path: Path) -> None:
    result = train(SMALL, folder=tmp_path / "run")
    files = {path.name for path in (tmp_path / "run").iterdir()}
    assert files == {"config.json", VERSIONS, CHECK, METRICS, CHECKPOINT, RESULT}
    rows = [json.loads(line) for line in (tmp_path / "run" / METRICS).read_text().splitlines()]
    assert [row["training_loss"] for row in rows] == list(result.history.training_loss)
    assert [row["test_loss"] for row in rows if "test_loss" in row] == list(result.history.test_loss)
    assert json.loads((tmp_path / "run" / CHECK).read_text())["entries"] == 784 * 16 + 16 + 160 + 10
    assert json.loads((tmp_path / "run" / RESULT).read_text())["test_accuracy"] == result.test_accuracy
    assert json.loads((tmp_path / "run" / VERSIONS).read_text())["torch"] == torch.__version__


def interrupt_at(iteration: int) -> object:
    def progress(state: Progress) -> None:
        if state.iteration == iteration:
            os.kill(os.getpid(), signal.SIGINT)

    return progress


@pytest.mark.usefixtures("heeds_sigint")
@pytest.mark.parametrize("iteration", [7, 10, 14])
def test_ctrl_c_keeps_what_was_done_and_resume_ends_where_it_would_have(
    iteration: int, on_few: Mnist, tmp_path: Path
) -> None:
    whole = train(SMALL)
    stopped = train(SMALL, folder=tmp_path / "run", progress=interrupt_at(iteration))  # type: ignore[arg-type]
    assert not stopped.finished
    assert stopped.history.iterations[-1] == iteration
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    resumed = train(folder=tmp_path / "run", resume=True)
    assert resumed.finished
    assert resumed.history == whole.history
    assert resumed.test_accuracy == whole.test_accuracy


def test_a_kill_loses_at_most_one_epoch(on_few: Mnist, tmp_path: Path) -> None:
    class Killed(BaseException):
        pass

    def kill(state: Progress) -> None:
        if state.iteration == 28:
            raise Killed

    with pytest.raises(Killed):
        train(SMALL, folder=tmp_path / "run", progress=kill)
    stored = RunFolder.open(tmp_path / "run").load("cpu")
    assert stored is not None
    assert stored.iteration == 20
    assert train(folder=tmp_path / "run", resume=True).history == train(SMALL).history


def test_a_finished_run_resumes_to_itself(on_few: Mnist, tmp_path: Path) -> None:
    first = train(SMALL, folder=tmp_path / "run")
    again = train(folder=tmp_path / "run", resume=True)
    assert again.history == first.history
    assert again.test_accuracy == first.test_accuracy


def test_divergence_stops_names_a_layer_and_keeps_the_checkpoint(on_few: Mnist, tmp_path: Path) -> None:
    wild = replace(SMALL, optimizer="sgd", schedule="constant", learning_rate=1e30, epochs=2)
    with pytest.raises(
        DivergedError, match=r"the loss is (nan|inf) at iteration \d+; .* is in layer \d .*no checkpoint"
    ):
        train(wild, folder=tmp_path / "run")
    assert not (tmp_path / "run" / CHECKPOINT).exists()


def test_divergence_in_a_later_epoch_keeps_the_last_good_checkpoint(
    on_few: Mnist, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from derivlab.network import session

    right = session.rate_at
    monkeypatch.setattr(
        session,
        "rate_at",
        lambda name, rate, step, steps: right(name, rate, step, steps) if step < 15 else 1e38,
    )
    with pytest.raises(DivergedError, match=r"the last good checkpoint is .*checkpoint\.safetensors"):
        train(replace(SMALL, optimizer="sgd"), folder=tmp_path / "run")
    stored = RunFolder.open(tmp_path / "run").load("cpu")
    assert stored is not None
    assert stored.iteration == 10
    assert all(tensor.isfinite().all() for tensor in stored.tensors.values())


def test_a_checkpoint_of_another_network_is_refused(on_few: Mnist, tmp_path: Path) -> None:
    train(SMALL, folder=tmp_path / "one")
    train(replace(SMALL, hidden=(17,)), folder=tmp_path / "two")
    (tmp_path / "one" / CHECKPOINT).write_bytes((tmp_path / "two" / CHECKPOINT).read_bytes())
    with pytest.raises(UsageError, match="the checkpoint is of another network or optimizer"):
        train(folder=tmp_path / "one", resume=True)


def test_what_cannot_be_done(on_few: Mnist) -> None:
    with pytest.raises(UsageError, match="to resume a run, name its folder"):
        train(resume=True)
    with pytest.raises(UsageError, match="a batch of 641 is more than the 640 training images"):
        train(replace(SMALL, batch_size=641))
    with pytest.raises(UsageError, match="there is no device 'tpu'"):
        train(replace(SMALL, device="tpu"))
    with pytest.raises(UsageError, match="event files for TensorBoard need a run folder"):
        train(SMALL, tensorboard=True)


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a CUDA device")
def test_no_cuda(on_few: Mnist) -> None:
    with pytest.raises(UsageError, match="no CUDA device that torch can use; use --device cpu"):
        train(replace(SMALL, device="cuda"))


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_cuda(on_few: Mnist) -> None:
    on_device = train(replace(SMALL, device="cuda", dropout=0.0))
    on_cpu = train(replace(SMALL, dropout=0.0))
    assert on_device.history.training_loss == pytest.approx(on_cpu.history.training_loss, rel=1e-2)


def test_tensorboard(on_few: Mnist, tmp_path: Path) -> None:
    pytest.importorskip("tensorboard", reason="needs the package tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    result = train(SMALL, folder=tmp_path / "run", tensorboard=True)
    events = EventAccumulator(str(tmp_path / "run"))
    events.Reload()
    assert set(events.Tags()["scalars"]) == {"training/loss", "test/loss", "test/accuracy"}
    assert [event.value for event in events.Scalars("test/loss")] == pytest.approx(result.history.test_loss)


def test_tensorboard_is_told_how_to_get(
    on_few: Mnist, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    with pytest.raises(UsageError, match="derivlab\\[tensorboard\\]"):
        train(SMALL, folder=tmp_path / "run", tensorboard=True)


@pytest.mark.slow
def test_the_quick_recipe_reaches_its_accuracy() -> None:
    assert train(TrainingConfig.quick()).test_accuracy >= 0.985
