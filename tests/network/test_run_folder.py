"""The run folder: whole at every moment, and clear about what is wrong with it."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
import torch

from derivlab.errors import UsageError
from derivlab.network import TrainingConfig
from derivlab.network.run_folder import CHECKPOINT, CONFIG, METRICS, Checkpoint, RunFolder, write_atomically


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    return RunFolder.create(tmp_path / "run", TrainingConfig(hidden=(8,), seed=3))


def fill_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_space(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_space)


def test_the_configuration_comes_back(run: RunFolder) -> None:
    assert RunFolder.open(run.path).config() == TrainingConfig(hidden=(8,), seed=3)


def test_checkpoints_come_back(run: RunFolder) -> None:
    assert run.load("cpu") is None
    stored = Checkpoint(12, {"W": torch.arange(6.0).view(2, 3), "step": torch.tensor(12.0)})
    run.save(stored)
    loaded = run.load("cpu")
    assert loaded is not None
    assert loaded.iteration == 12
    assert all(torch.equal(loaded.tensors[name], tensor) for name, tensor in stored.tensors.items())


def test_a_full_disk_keeps_the_last_checkpoint(run: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    run.save(Checkpoint(1, {"W": torch.zeros(3)}))
    before = (run.path / CHECKPOINT).read_bytes()
    fill_the_disk(monkeypatch)
    with pytest.raises(UsageError, match=r"the disk is full: .* what was there is kept"):
        run.save(Checkpoint(2, {"W": torch.ones(3)}))
    assert (run.path / CHECKPOINT).read_bytes() == before
    assert [path for path in run.path.iterdir() if path.suffix == ".tmp"] == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_metrics_on_a_full_disk(run: RunFolder) -> None:
    (run.path / METRICS).symlink_to("/dev/full")
    with pytest.raises(UsageError, match="the disk is full"):
        run.append_metrics([{"iteration": 1, "training_loss": 2.3}])


def test_a_kill_while_writing_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "file"
    write_atomically(target, b"old")

    def killed(descriptor: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", killed)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(target, b"new and longer")
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_torn_line_and_lines_after_the_checkpoint_are_dropped(run: RunFolder) -> None:
    run.append_metrics({"iteration": number, "training_loss": 1 / number} for number in range(1, 6))
    with (run.path / METRICS).open("a") as stream:
        stream.write('{"iteration": 6, "train')
    assert [row["iteration"] for row in run.rewind_metrics(4)] == [1, 2, 3, 4]
    assert len((run.path / METRICS).read_text().splitlines()) == 4


def test_a_folder_that_holds_a_run_is_not_overwritten(run: RunFolder) -> None:
    with pytest.raises(UsageError, match=r"holds a run already: continue it with --resume"):
        RunFolder.create(run.path, TrainingConfig())


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match=r"file/run cannot be written \(.*\); name another folder"):
        RunFolder.create(tmp_path / "file" / "run", TrainingConfig())


def test_what_is_no_run(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"holds no run: there is no config\.json"):
        RunFolder.open(tmp_path)


@pytest.mark.parametrize("content", ["", "[1]", "{", '{"epochs": "many"}', '{"colour": 1}'])
def test_a_damaged_configuration(run: RunFolder, content: str) -> None:
    (run.path / CONFIG).write_text(content)
    with pytest.raises(UsageError):
        run.config()


@pytest.mark.parametrize("content", [b"", b"\x80\x04pickle", b"\xff" * 100])
def test_a_damaged_checkpoint(run: RunFolder, content: bytes) -> None:
    (run.path / CHECKPOINT).write_bytes(content)
    with pytest.raises(UsageError, match=r"checkpoint\.safetensors is damaged"):
        run.load("cpu")
