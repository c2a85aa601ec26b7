"""`derivlab train` as a user calls it, on a few images."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest

from derivlab.cli.main import main
from derivlab.network import Mnist, load_mnist


@pytest.fixture(autouse=True)
def few_images(monkeypatch: pytest.MonkeyPatch) -> None:
    """640 training and 200 test images for every run."""
    read = load_mnist

    def few(folder: str | None) -> Mnist:
        data = read(folder)
        return Mnist(data.training.take(slice(0, 640)), data.test.take(slice(0, 200)))

    monkeypatch.setattr("derivlab.network.session.load_mnist", few)


SHORT = [
    "--hidden",
    "16",
    "--epochs",
    "2",
    "--batch-size",
    "64",
    "--learning-rate",
    "0.01",
    "--test-every",
    "5",
]


def test_a_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", *SHORT, "--out", str(tmp_path / "run")]) == 0
    captured = capsys.readouterr()
    assert "784-16-10, relu, 12,730 parameters" in captured.out
    assert "proved for all sizes; against autograd:" in captured.out
    assert "20 in 2 epochs" in captured.out
    assert "of the test images" in captured.out
    assert [line.split("  ")[0] for line in captured.err.splitlines()] == ["epoch 1/2", "epoch 2/2"]
    assert json.loads((tmp_path / "run" / "config.json").read_text())["hidden"] == [16]


def test_json_and_a_new_folder_each_time(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    told = []
    for _ in range(2):
        assert main(["train", *SHORT, "--epochs", "1", "--json"]) == 0
        told.append(json.loads(capsys.readouterr().out))
    assert told[0]["test_accuracy"] == told[1]["test_accuracy"]
    assert sum(map(sum, told[0]["confusion"])) == 200
    assert told[0]["folder"] != told[1]["folder"]
    assert all((tmp_path / one["folder"] / "result.json").is_file() for one in told)


def test_ctrl_c_then_resume(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from derivlab.cli import train as command

    shown = command._line_for_each_epoch

    def interrupt(state: object) -> None:
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(command, "_line_for_each_epoch", interrupt)
    folder = str(tmp_path / "run")
    assert main(["train", *SHORT, "--out", folder]) == 130
    told = "".join(capsys.readouterr().out.split())  # a long folder name is wrapped
    assert "derivlabtrain--resume" in told
    monkeypatch.setattr(command, "_line_for_each_epoch", shown)
    assert main(["train", "--resume", folder]) == 0
    assert "20 in 2 epochs" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--activation", "softsign"], "there is no activation 'softsign'; choose from relu, tanh, sigmoid"),
        (["--optimizer", "rmsprop"], "there is no optimizer 'rmsprop'; choose from sgd, momentum"),
        (["--schedule", "linear"], "there is no schedule 'linear'"),
        (["--hidden", "256;256"], "'256;256' is no list of widths such as 256,256"),
        (["--hidden", "256,-1"], "every hidden layer needs at least one unit"),
        (["--epochs", "0"], "epochs must be positive, not 0"),
        (["--batch-size", "100000"], "a batch of 100000 is more than the 640 training images"),
        (["--data", "nowhere"], "there is no folder nowhere"),
        (["--resume", "nowhere"], "nowhere holds no run"),
        (["--resume", "nowhere", "--epochs", "3"], "give --resume RUN alone"),
        (["--device", "tpu"], "there is no device 'tpu'"),
        (
            ["--learning-rate", "1e30", "--optimizer", "sgd", "--schedule", "constant"],
            "Lower the learning rate",
        ),
    ],
)
def test_what_cannot_be_done(
    words: list[str],
    message: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["train", *words]) == 2
    told = capsys.readouterr().err.splitlines()[-1]
    assert told.startswith("derivlab: ")
    assert message in told
    assert list(tmp_path.rglob("*.json")) == [] or "--learning-rate" in words
