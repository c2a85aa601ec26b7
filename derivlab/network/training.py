"""`train`: from a configuration to a result; every backward pass is a verified gradient."""

from __future__ import annotations

import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from derivlab.errors import UsageError
from derivlab.network.config import GradientCheck, TrainingConfig, TrainingResult, dump_json
from derivlab.network.evaluation import Evaluation
from derivlab.network.loop import Loop, ProgressCallback, interruptible
from derivlab.network.recorder import Recorder, event_files
from derivlab.network.run_folder import CHECK, RESULT, RunFolder
from derivlab.network.session import Session, open_session


def train(
    config: TrainingConfig | None = None,
    *,
    folder: Path | None = None,
    progress: ProgressCallback | None = None,
    resume: bool = False,
    tensorboard: bool = False,
) -> TrainingResult:
    """Train a network whose backward pass is the verified gradients.

    Every layer's gradient is proved first, and the whole network's is held against autograd on a
    real batch; the run does not start if either fails.

    Args:
        config: the recipe; the default one if None. A resumed run reads its own.
        folder: where the run is kept; None keeps nothing.
        progress: called every few iterations and at every test point.
        resume: continue the run in `folder` from its last checkpoint.
        tensorboard: also write event files for TensorBoard into `folder`.

    Raises:
        UsageError: damaged data, an unknown name, a folder that cannot be written, a full disk.
        DivergedError: the loss became infinite or NaN; the last good checkpoint is kept.
        InternalError: the compiled gradient differs from autograd's.
    """
    import torch

    folder = None if folder is None else Path(folder)
    config = _config(config, folder, resume)
    if tensorboard and folder is None:
        raise UsageError("event files for TensorBoard need a run folder")
    threads = torch.get_num_threads()
    torch.set_num_threads(config.threads)
    try:
        with torch.no_grad():
            return _train(config, folder, progress, resume, tensorboard)
    finally:
        torch.set_num_threads(threads)


def _config(config: TrainingConfig | None, folder: Path | None, resume: bool) -> TrainingConfig:
    """What to run; a folder that cannot be used is refused before any work."""
    if resume:
        if folder is None:
            raise UsageError("to resume a run, name its folder")
        return RunFolder.open(folder).config()
    if folder is not None:
        RunFolder.refuse_existing(folder)
    return config or TrainingConfig()


def _train(
    config: TrainingConfig,
    folder: Path | None,
    progress: ProgressCallback | None,
    resume: bool,
    tensorboard: bool,
) -> TrainingResult:
    import torch

    session = open_session(config)
    with torch.enable_grad():
        check = session.check()
    run = _opened(folder, config, resume)  # only now: a run that cannot start leaves nothing behind
    recorder = Recorder(run)
    if run is not None:
        run.write(CHECK, dump_json(asdict(check)))
    start = _resumed(session, run, recorder) if run is not None and resume else 0
    loop = Loop(session, recorder, progress or (lambda _: None))
    with event_files(recorder, tensorboard), interruptible(loop):
        clock, processor = time.perf_counter(), time.process_time()
        loop.run(start)
        evaluation = loop.last_evaluation or session.evaluate()
        seconds, cpu_seconds = time.perf_counter() - clock, time.process_time() - processor
    return _result(session, run, loop, check, evaluation, seconds, cpu_seconds)


def _opened(folder: Path | None, config: TrainingConfig, resume: bool) -> RunFolder | None:
    if folder is None:
        return None
    return RunFolder.open(folder) if resume else RunFolder.create(folder, config)


def _resumed(session: Session, run: RunFolder, recorder: Recorder) -> int:
    """Restore the last checkpoint and the metrics up to it; the iteration that it stands at."""
    checkpoint = run.load(session.config.device)
    iteration = 0 if checkpoint is None else checkpoint.iteration
    if checkpoint is not None:
        session.restore(checkpoint)
    recorder.rows = run.rewind_metrics(iteration)
    return iteration


def _result(
    session: Session,
    run: RunFolder | None,
    loop: Loop,
    check: GradientCheck,
    evaluation: Evaluation,
    seconds: float,
    cpu_seconds: float,
) -> TrainingResult:
    result = TrainingResult(
        config=session.config,
        history=loop.recorder.history(),
        test_accuracy=evaluation.accuracy,
        test_loss=evaluation.loss,
        confusion=evaluation.confusion,
        misclassified=evaluation.misclassified,
        gradient_check=check,
        seconds=seconds,
        cpu_seconds=cpu_seconds,
        finished=loop.iteration == session.steps,
        folder=run.path if run is not None else None,
    )
    if run is not None:
        run.write(RESULT, dump_json(summary(result)))
    return result


def summary(result: TrainingResult) -> dict[str, Any]:
    """The result's numbers as plain values, as `result.json` holds them."""
    return {
        "finished": result.finished,
        "iterations": result.history.iterations[-1] if result.history.iterations else 0,
        "test_accuracy": result.test_accuracy,
        "test_loss": result.test_loss,
        "confusion": result.confusion.tolist(),
        "misclassified": {
            "indices": result.misclassified.indices.tolist(),
            "labels": result.misclassified.labels.tolist(),
            "predictions": result.misclassified.predictions.tolist(),
        },
        "gradient_error": result.gradient_check.largest_error,
        "seconds": result.seconds,
        "cpu_seconds": result.cpu_seconds,
    }
