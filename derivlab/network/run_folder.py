"""A run is a folder: configuration, versions, metrics as JSON lines, checkpoints in safetensors.

Whatever replaces a file is written beside it, flushed to the disk, and then renamed: a kill at any
moment leaves the old file or the new one, never half of either. Nothing is pickled.
"""

from __future__ import annotations

import errno
import json
import os
import platform
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from derivlab.errors import UsageError
from derivlab.network.config import TrainingConfig, dump_json

if TYPE_CHECKING:
    from torch import Tensor

CONFIG, VERSIONS, CHECK = "config.json", "versions.json", "gradient_check.json"
METRICS, CHECKPOINT, RESULT = "metrics.jsonl", "checkpoint.safetensors", "result.json"
PACKAGES = ("derivlab", "torch", "numpy", "sympy", "safetensors")


@dataclass(frozen=True)
class Checkpoint:
    """The state after `iteration` steps: tensors by name."""

    iteration: int
    tensors: dict[str, Tensor]


@dataclass(frozen=True)
class RunFolder:
    """Reads and writes the files of one run."""

    path: Path

    @classmethod
    def create(cls, path: Path, config: TrainingConfig) -> RunFolder:
        """A new run; `UsageError` if the folder cannot be written or holds a run already."""
        cls.refuse_existing(path)
        folder = cls(path)
        with _explained(path):
            path.mkdir(parents=True, exist_ok=True)
        folder.write(VERSIONS, dump_json(versions()))
        folder.write(CONFIG, dump_json(config.to_json()))
        return folder

    @classmethod
    def refuse_existing(cls, path: Path) -> None:
        """`UsageError` if the folder holds a run."""
        if (path / CONFIG).exists():
            raise UsageError(f"{path} holds a run already: continue it with --resume {path}, or name another")

    @classmethod
    def open(cls, path: Path) -> RunFolder:
        """An existing run; `UsageError` if there is none."""
        if not (path / CONFIG).is_file():
            raise UsageError(f"{path} holds no run: there is no {CONFIG} in it")
        return cls(path)

    def config(self) -> TrainingConfig:
        """The configuration that the run was started with."""
        path = self.path / CONFIG
        try:
            return TrainingConfig.from_json(json.loads(path.read_text(encoding="utf-8")))
        except (ValueError, TypeError, AttributeError) as error:
            raise UsageError(f"{path} is damaged ({error})") from error

    def write(self, name: str, content: str | bytes) -> None:
        """Replace a file, atomically."""
        path = self.path / name
        with _explained(path):
            write_atomically(path, content.encode() if isinstance(content, str) else content)

    def append_metrics(self, rows: Iterable[dict[str, Any]]) -> None:
        """Add lines to the metrics and flush them."""
        path = self.path / METRICS
        with _explained(path), path.open("a", encoding="utf-8") as stream:
            stream.writelines(json.dumps(row) + "\n" for row in rows)

    def metrics(self, up_to: int) -> list[dict[str, Any]]:
        """The lines of the first `up_to` iterations; a line torn by a kill is left out."""
        path = self.path / METRICS
        if not path.is_file():
            return []
        rows = (_row(line) for line in path.read_text(encoding="utf-8", errors="replace").splitlines())
        return [row for row in rows if row is not None and row["iteration"] <= up_to]

    def rewind_metrics(self, up_to: int) -> list[dict[str, Any]]:
        """Drop the lines after iteration `up_to`, which is where the checkpoint stands."""
        rows = self.metrics(up_to)
        self.write(METRICS, "".join(json.dumps(row) + "\n" for row in rows))
        return rows

    def save(self, checkpoint: Checkpoint) -> None:
        """Replace the checkpoint, atomically."""
        from safetensors.torch import save

        tensors = {name: tensor.detach().cpu().clone() for name, tensor in checkpoint.tensors.items()}
        self.write(CHECKPOINT, save(tensors, metadata={"iteration": str(checkpoint.iteration)}))

    def load(self, device: str) -> Checkpoint | None:
        """The checkpoint, or None if the run was stopped before the first."""
        from safetensors import SafetensorError, safe_open

        path = self.path / CHECKPOINT
        if not path.is_file():
            return None
        try:
            with safe_open(str(path), framework="pt", device=device) as stored:
                tensors = {name: stored.get_tensor(name) for name in stored.keys()}  # noqa: SIM118
                return Checkpoint(int(stored.metadata()["iteration"]), tensors)
        except (SafetensorError, OSError, KeyError, TypeError, ValueError) as error:
            raise UsageError(f"{path} is damaged ({error}); train again") from error


def _row(line: str) -> dict[str, Any] | None:
    try:
        row = json.loads(line)
    except ValueError:
        return None
    return row if isinstance(row, dict) and isinstance(row.get("iteration"), int) else None


def write_atomically(path: Path, content: bytes) -> None:
    """Write beside `path`, flush to the disk, then rename onto it."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with beside.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turn an error of the file system into one sentence that says what to do."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise UsageError(
                f"the disk is full: {path} was not written, what was there is kept; "
                "free some space, or name a folder on another disk"
            ) from error
        raise UsageError(f"{path} cannot be written ({error.strerror}); name another folder") from error


def versions() -> dict[str, str]:
    """Versions of what a run depends on."""
    found = {"python": platform.python_version(), "machine": platform.platform()}
    for package in PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            found[package] = "not installed as a package"
    return found
