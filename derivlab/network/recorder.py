"""The metrics of a run: collected, written as JSON lines, and shown in TensorBoard if asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from derivlab.errors import UsageError
from derivlab.network.config import History
from derivlab.network.run_folder import RunFolder


@dataclass
class Recorder:
    """Collects the metrics, and writes them to the run folder at every test point."""

    run: RunFolder | None
    rows: list[dict[str, Any]] = field(default_factory=list)
    observers: list[Callable[[dict[str, Any]], None]] = field(default_factory=list)
    _pending: list[dict[str, Any]] = field(default_factory=list)

    def add(self, row: dict[str, Any]) -> None:
        """One iteration's metrics."""
        self.rows.append(row)
        self._pending.append(row)

    def flush(self) -> None:
        """Write what was added since the last flush."""
        for row in self._pending:
            for observe in self.observers:
                observe(row)
        if self.run is not None:
            self.run.append_metrics(self._pending)
        self._pending = []

    def history(self) -> History:
        """The curves so far."""
        tested = [row for row in self.rows if "test_loss" in row]
        return History(
            tuple(row["iteration"] for row in self.rows),
            tuple(row["training_loss"] for row in self.rows),
            tuple(row["iteration"] for row in tested),
            tuple(row["test_loss"] for row in tested),
            tuple(row["test_accuracy"] for row in tested),
        )


@contextmanager
def event_files(recorder: Recorder, wanted: bool) -> Iterator[None]:
    """Event files for TensorBoard beside the metrics, where they are asked for."""
    if not wanted or recorder.run is None:
        yield
        return
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError as error:
        raise UsageError(
            "event files need the package tensorboard: pip install 'derivlab[tensorboard]'"
        ) from error
    writer = SummaryWriter(str(recorder.run.path))

    def observe(row: dict[str, Any]) -> None:
        for name, value in row.items():
            if name != "iteration":
                writer.add_scalar(name.replace("_", "/", 1), value, row["iteration"])

    recorder.observers.append(observe)
    try:
        yield
    finally:
        writer.close()
