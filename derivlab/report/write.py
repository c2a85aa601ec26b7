"""A report on the disk: LaTeX source, figures and PDF, each replaced whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from derivlab.errors import UsageError
from derivlab.report.content import ReportContent
from derivlab.report.document import render
from derivlab.report.engine import Engine
from derivlab.report.figures import digits_figure, loss_figure
from derivlab.report.typesetting import TypesettingError, source_date, typeset


def write_report(
    content: ReportContent,
    folder: Path,
    *,
    engine: Engine | None = None,
    paper: str = "a4",
    epoch: int | None = None,
) -> list[Path]:
    """Write `report.tex` and its figures into `folder`, and with an `engine` also `report.pdf`.

    Nothing is written before everything is made, except where LaTeX fails: then the source and the
    log are kept, and an old PDF goes, so that it cannot pass for the new one.

    Raises:
        UsageError: the folder cannot be written.
        TypesettingError: LaTeX failed; the message says where, and where its log lies.
    """
    epoch = source_date() if epoch is None else epoch
    folder = writable_folder(folder)
    source, assets = render(content, epoch=epoch, paper=paper), figures(content)
    files: dict[str, bytes] = {"report.tex": source.encode("utf-8"), **assets}
    if engine is not None:
        try:
            files["report.pdf"] = typeset(source, assets, engine, epoch=epoch).pdf
        except TypesettingError as error:
            _keep_what_failed(folder, files, error)
            raise TypesettingError(f"{error}; {folder} has report.tex and report.log", error.log) from error
    return save_files(folder, files)


def figures(content: ReportContent) -> dict[str, bytes]:
    """The figures that matplotlib draws, by their name in the document."""
    if content.network is None:
        return {}
    drawn = {"figures/loss.pdf": loss_figure(content.network.curves)}
    if content.network.misclassified:
        drawn["figures/misclassified.pdf"] = digits_figure(content.network.misclassified)
    return drawn


def writable_folder(folder: Path) -> Path:
    """`folder`, made if need be.

    Raises:
        UsageError: it cannot be made or written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise UsageError(
            f"cannot write to {folder}: {error.strerror}; choose another folder with --out"
        ) from error
    return folder


def save_files(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Write every file beside its place and then move it there, so that none is ever half-written."""
    return [save_file(folder / name, data) for name, data in files.items()]


def save_file(target: Path, data: bytes) -> Path:
    """One file, replaced whole.

    Raises:
        UsageError: it cannot be written.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}-")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
            Path(name).chmod(0o644)
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise UsageError(
            f"cannot write {target}: {error.strerror}; choose another place with --out"
        ) from error
    return target


def _keep_what_failed(folder: Path, files: Mapping[str, bytes], error: TypesettingError) -> None:
    (folder / "report.pdf").unlink(missing_ok=True)
    save_files(folder, {**files, "report.log": error.log.encode("utf-8")})
