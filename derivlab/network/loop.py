"""The iterations of a run: steps, test points, checkpoints, and the reasons to stop early."""

from __future__ import annotations

import math
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from derivlab.errors import UsageError
from derivlab.network.evaluation import Evaluation
from derivlab.network.recorder import Recorder
from derivlab.network.run_folder import CHECKPOINT
from derivlab.network.session import Session

PROGRESS_EVERY = 20


class DivergedError(UsageError):
    """The loss is no longer a finite number."""


@dataclass(frozen=True)
class Progress:
    """Where a run stands; losses are means of the cross-entropy, None before the first test point."""

    iteration: int
    iterations: int
    epoch: int
    epochs: int
    training_loss: float
    test_loss: float | None
    test_accuracy: float | None


ProgressCallback = Callable[[Progress], None]


@dataclass
class Loop:
    """The iterations of a run, from any of them on."""

    session: Session
    recorder: Recorder
    progress: ProgressCallback
    iteration: int = 0
    stop: bool = False
    last_evaluation: Evaluation | None = None

    def run(self, start: int) -> None:
        """Iterations start + 1 to the last, or until `stop` is set; a checkpoint after each epoch."""
        self.iteration = start
        per_epoch = self.session.steps_per_epoch
        for epoch in range(start // per_epoch, self.session.config.epochs):
            self._epoch(epoch)
            if self.iteration > start:
                self._save()
            if self.stop:
                return

    def _epoch(self, epoch: int) -> None:
        session = self.session
        batches = session.batches.epoch(session.config.batch_size, session.order_generator(epoch))
        for number, (pixels, rows) in enumerate(batches, start=epoch * session.steps_per_epoch + 1):
            if number <= self.iteration:
                continue
            if self.stop:
                return
            self._step(number, session.step(number, pixels, rows))

    def _step(self, iteration: int, loss: float) -> None:
        """Record one iteration; test at regular ones and at the last."""
        if not math.isfinite(loss):
            self._diverged(iteration, loss)
        self.iteration = iteration
        row: dict[str, Any] = {"iteration": iteration, "training_loss": loss}
        self.last_evaluation = None
        tested = iteration % self.session.config.test_every == 0 or iteration == self.session.steps
        if tested:
            self.last_evaluation = self.session.evaluate()
            if not math.isfinite(self.last_evaluation.loss):
                self._diverged(iteration, self.last_evaluation.loss)
            row["test_loss"] = self.last_evaluation.loss
            row["test_accuracy"] = self.last_evaluation.accuracy
        self.recorder.add(row)
        if tested:
            self.recorder.flush()
        if tested or iteration % PROGRESS_EVERY == 0 or iteration % self.session.steps_per_epoch == 0:
            self._report(loss)

    def _report(self, loss: float) -> None:
        tested: dict[str, Any] = next((row for row in reversed(self.recorder.rows) if "test_loss" in row), {})
        self.progress(
            Progress(
                self.iteration,
                self.session.steps,
                (self.iteration - 1) // self.session.steps_per_epoch + 1,
                self.session.config.epochs,
                loss,
                tested.get("test_loss"),
                tested.get("test_accuracy"),
            )
        )

    def _save(self) -> None:
        """A checkpoint of weights that are finite; its metrics first, so that none is missing."""
        self.recorder.flush()
        if self.recorder.run is None:
            return
        if not bool(self.session.weights.flat.isfinite().all()):
            self._diverged(self.iteration, math.nan)
        self.recorder.run.save(self.session.checkpoint(self.iteration))

    def _diverged(self, iteration: int, loss: float) -> None:
        self.recorder.flush()
        place = self.session.program.first_not_finite() or "the loss alone"
        run = self.recorder.run
        where = "no checkpoint was made"
        if run is not None and (run.path / CHECKPOINT).is_file():
            where = f"the last good checkpoint is {run.path / CHECKPOINT}"
        raise DivergedError(
            f"the loss is {loss} at iteration {iteration}; the first value that is not finite is in "
            f"{place}; {where}. Lower the learning rate (it is {self.session.config.learning_rate:g})"
        )


@contextmanager
def interruptible(loop: Loop) -> Iterator[None]:
    """Ctrl-C stops the loop between two steps; a second one stops at once."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    previous = signal.getsignal(signal.SIGINT)

    def stop(number: int, frame: object) -> None:
        loop.stop = True
        signal.signal(signal.SIGINT, previous)

    signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)
