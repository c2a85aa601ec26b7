"""From LaTeX source to the bytes of a PDF, in a folder that nothing else shares.

LaTeX is a programming language that reads and writes files. Each run gets a fresh temporary folder,
no shell, `openin_any=p openout_any=p` (nothing outside the folder and the TeX tree is read or
written), a small environment, a time limit, and only the new PDF comes out.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from derivlab.errors import DerivlabError
from derivlab.report.cache import NO_CACHE, Cache
from derivlab.report.engine import Engine
from derivlab.report.latexlog import explain

PASSES, FIRST_DRAWN_PASS = 4, 3
SECONDS = 120.0
_KEPT = ("PATH", "HOME", "LANG", "SYSTEMROOT", "TEMP", "TMP", "USERPROFILE", "APPDATA", "LOCALAPPDATA")
_AUXILIARY = (".aux", ".toc", ".out")
_HEADING = re.compile(r"\\(?:sub)*section\{[^\n]*")


class TypesettingError(DerivlabError):
    """LaTeX failed. The message says where and why; `log` is what LaTeX wrote."""

    def __init__(self, message: str, log: str = "") -> None:
        super().__init__(message)
        self.log = log


@dataclass(frozen=True)
class Typeset:
    """What LaTeX made: the PDF, and the log of the last pass."""

    pdf: bytes
    log: str


def source_date() -> int:
    """Seconds since 1970 that the document is dated with: SOURCE_DATE_EPOCH, else now."""
    stated = os.environ.get("SOURCE_DATE_EPOCH", "")
    return int(stated) if stated.isdigit() else int(time.time())


def typeset(
    source: str,
    assets: Mapping[str, bytes],
    engine: Engine,
    *,
    seconds: float = SECONDS,
    epoch: int | None = None,
    cache: Cache = NO_CACHE,
) -> Typeset:
    """The PDF of the LaTeX document `source`, whose figures are `assets` (relative name → bytes).

    Same source, assets, engine and `epoch` give the same bytes. `seconds` bounds each of at most
    `PASSES` passes.

    Raises:
        TypesettingError: LaTeX stopped, ran out of time, or wrote no PDF.
    """
    epoch = source_date() if epoch is None else epoch
    with tempfile.TemporaryDirectory(prefix="derivlab-tex-") as name:
        folder = Path(name)
        (folder / "report.tex").write_text(source, encoding="utf-8")
        for asset, data in assets.items():
            _place(folder, asset, data)
        key = cache.key("settled", {"engine": str(engine.program), "headings": _HEADING.findall(source)})
        if not _run_from(cache.find(key), folder, engine, seconds, epoch):
            _run_until_settled(folder, engine, seconds, epoch)
        cache.keep(key, _auxiliary(folder))
        return Typeset(_the_pdf(folder), _read_log(folder))


def _place(folder: Path, name: str, data: bytes) -> None:
    target = (folder / name).resolve()
    if not target.is_relative_to(folder.resolve()):
        raise TypesettingError(f"the figure name {name!r} leaves the folder of the report")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)


def _run_from(kept: Any, folder: Path, engine: Engine, seconds: float, epoch: int) -> bool:
    """One pass from the auxiliary files of an earlier run; True if they are right for this document too."""
    if engine.reruns_itself or not isinstance(kept, dict) or set(kept) != set(_AUXILIARY):
        return False
    for suffix, text in kept.items():
        (folder / f"report{suffix}").write_text(str(text), encoding="utf-8")
    before = _auxiliary_digest(folder)
    try:
        _one_pass(folder, engine, seconds, epoch)
    except TypesettingError:  # what was kept may be what is wrong
        after = ""
    else:
        after = _auxiliary_digest(folder)
    if after != before:
        for suffix in (*_AUXILIARY, ".pdf", ".log"):
            (folder / f"report{suffix}").unlink(missing_ok=True)
    return after == before


def _auxiliary(folder: Path) -> dict[str, str]:
    """What LaTeX wrote for its next pass."""
    files = {suffix: folder / f"report{suffix}" for suffix in _AUXILIARY}
    return {
        suffix: file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""
        for suffix, file in files.items()
    }


def _run_until_settled(folder: Path, engine: Engine, seconds: float, epoch: int) -> None:
    """Passes until the auxiliary files stay the same: then contents and references are right.

    The first two settle the auxiliary files and draw nothing, which is faster.
    """
    if engine.reruns_itself:
        _one_pass(folder, engine, seconds, epoch)
        return
    before = ""
    for number in range(1, PASSES + 1):
        draft = number < FIRST_DRAWN_PASS
        _one_pass(folder, engine, seconds, epoch, draft=draft)
        after = _auxiliary_digest(folder)
        if after == before and not draft:
            return
        before = after


def _one_pass(folder: Path, engine: Engine, seconds: float, epoch: int, *, draft: bool = False) -> None:
    drawing = ("-draftmode",) if draft else ()
    try:
        done = subprocess.run(
            [str(engine.program), *engine.arguments, *drawing, "report.tex"],
            cwd=folder,
            env=_environment(folder, epoch),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise TypesettingError(
            f"LaTeX was stopped after {seconds:.0f} s: the document does not end"
        ) from None
    except OSError as error:
        raise TypesettingError(f"{engine.program} cannot be started: {error.strerror}") from error
    if done.returncode != 0:
        log = _read_log(folder)
        raise TypesettingError(explain(log, (folder / "report.tex").read_text(encoding="utf-8")), log)


def _environment(folder: Path, epoch: int) -> dict[str, str]:
    """A small environment, the same everywhere, with the locks on reading and writing."""
    kept = {key: os.environ[key] for key in _KEPT if key in os.environ}
    return kept | {
        "openin_any": "p",
        "openout_any": "p",
        "shell_escape": "f",
        "TEXMFOUTPUT": str(folder),
        "max_print_line": "1000",
        "SOURCE_DATE_EPOCH": str(epoch),
        "FORCE_SOURCE_DATE": "1",
        "TZ": "UTC",
    }


def _auxiliary_digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for suffix in _AUXILIARY:
        file = folder / f"report{suffix}"
        digest.update(file.read_bytes() if file.is_file() else b"-")
    return digest.hexdigest()


def _read_log(folder: Path) -> str:
    log = folder / "report.log"
    return log.read_text(encoding="utf-8", errors="replace") if log.is_file() else ""


def _the_pdf(folder: Path) -> bytes:
    pdf = folder / "report.pdf"
    data = pdf.read_bytes() if pdf.is_file() else b""
    if not data.startswith(b"%PDF"):
        raise TypesettingError("LaTeX ended without an error and without a PDF", _read_log(folder))
    return data
