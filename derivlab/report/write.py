"""A report on the disk: LaTeX source, figures and PDF, each replaced whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from derivlab.errors import UsageError
from derivlab.report import storage
from derivlab.report.cache import NO_CACHE, Cache
from derivlab.report.content import ReportContent
from derivlab.report.document import render_book
from derivlab.report.engine import Engine
from derivlab.report.figures import digits_figure, loss_figure
from derivlab.report.networkview import network_view
from derivlab.report.typesetting import TypesettingError, source_date, typeset
from derivlab.report.views import book

LOG = "report.log"


def write_report(
    content: ReportContent,
    folder: Path,
    *,
    engine: Engine | None = None,
    paper: str = "a4",
    epoch: int | None = None,
) -> list[Path]:
    """`write_book` of a content."""
    return write_book(book(content), folder, engine=engine, paper=paper, epoch=epoch)


def write_book(
    chapters: Mapping[str, Any],
    folder: Path,
    *,
    engine: Engine | None = None,
    scheme: str | None = None,
    paper: str = "a4",
    epoch: int | None = None,
    cache: Cache = NO_CACHE,
) -> list[Path]:
    """Write `report.tex` and its figures into `folder`, with an `engine` also
    `report.pdf`, with a `scheme` ("auto", "light", "dark") also `report.html`.

    Nothing is written before everything is made, except where LaTeX fails: then the source and the
    log are kept, and an old PDF goes, so that it cannot pass for the new one.

    Raises:
        UsageError: the folder cannot be written.
        TypesettingError: LaTeX failed; the message says where, and where its log lies.
    """
    epoch = source_date() if epoch is None else epoch
    folder = writable_folder(folder)
    source, assets = (
        render_book(chapters, epoch=epoch, paper=paper, cache=cache),
        drawings(chapters["network"], cache),
    )
    files: dict[str, bytes] = {"report.tex": source.encode("utf-8"), **assets}
    if scheme is not None:
        from derivlab.report.web.report import render_page

        files["report.html"] = render_page(chapters, epoch=epoch, scheme=scheme, cache=cache).encode("utf-8")
    if engine is not None:
        try:
            files["report.pdf"] = typeset(source, assets, engine, epoch=epoch, cache=cache).pdf
        except TypesettingError as error:
            keep_what_failed(folder, files, error)
            raise TypesettingError(f"{error}; {folder} has report.tex and report.log", error.log) from error
    (folder / LOG).unlink(missing_ok=True)  # of an earlier run that failed
    return save_files(folder, files)


def figures(content: ReportContent) -> dict[str, bytes]:
    """The figures that matplotlib draws, by their name in the document."""
    return {} if content.network is None else drawings(network_view(content.network))


def drawings(network: Mapping[str, Any] | None, cache: Cache = NO_CACHE) -> dict[str, bytes]:
    """The same from the view of the network's chapter."""
    if network is None:
        return {}
    curves, misread = network["curves"], network["misread"]
    drawn = {"figures/loss.pdf": drawing(cache, "loss", curves, lambda: loss_figure(curves))}
    if misread:
        drawn["figures/misclassified.pdf"] = drawing(cache, "digits", misread, lambda: digits_figure(misread))
    return drawn


def drawing(cache: Cache, what: str, data: object, draw: Callable[[], bytes]) -> bytes:
    """The picture of `data`, drawn unless it was drawn before."""
    key = cache.key("drawing", {"what": what, "of": storage.dumps(data)})
    found = cache.find_bytes(key)
    if found is None:
        found = draw()
        cache.keep_bytes(key, found)
    return found


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


def save_file(target: Path, data: bytes, option: str = "--out") -> Path:
    """One file, replaced whole; `option` is the one that named it.

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
            f"cannot write {target}: {error.strerror}; choose another place with {option}"
        ) from error
    return target


def keep_what_failed(folder: Path, files: Mapping[str, bytes], error: TypesettingError) -> None:
    """The source and the log for a look; an old PDF goes, so that it cannot pass for the new one."""
    (folder / "report.pdf").unlink(missing_ok=True)
    save_files(folder, {**files, LOG: error.log.encode("utf-8")})
