"""The program of the process that runs a student's code: reads a job, gives everything up, answers calls.

Run by its path in a fresh interpreter. It is trusted until the student's code is loaded and in nothing
afterwards: that code may rewrite all of it. What it sends is numbers, which the grader compares with numbers
that were never in this process, and texts, which the grader shortens.
"""

from __future__ import annotations

import contextlib
import importlib.abc
import importlib.util
import io
import json
import os
import sys
import traceback
import types
from pathlib import Path
from typing import Any

MODULE = "submission"
PRINTED = 2_000  # characters that are kept of what the code prints
TOLD = 400  # characters that are kept of an error


def sibling(name: str) -> Any:
    """A file of this folder as a module: derivlab itself is not on this process's path."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    if spec is None or spec.loader is None:
        raise ImportError(name)
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Line:
    """The grader's end: whole messages, with this process's word."""

    def __init__(self, wire: Any, word: bytes) -> None:
        self.wire, self.word = wire, word
        self.source, self.sink = os.dup(0), os.dup(1)
        null = os.open(os.devnull, os.O_RDWR)
        for number in (0, 1, 2):
            os.dup2(null, number)

    def read(self) -> tuple[bytes, bytes]:
        """The next message's kind and body."""
        _, kind, length = self.wire.HEADER.unpack(self._exactly(self.wire.HEADER.size))
        return kind, self._exactly(length)

    def _exactly(self, length: int) -> bytes:
        parts = []
        while length:
            part = os.read(self.source, min(length, 1 << 20))
            if not part:
                os._exit(0)
            parts.append(part)
            length -= len(part)
        return b"".join(parts)

    def send(self, kind: bytes, body: bytes = b"") -> None:
        """Send a message whole."""
        rest = memoryview(self.wire.message(self.word, kind, body))
        while rest:
            rest = rest[os.write(self.sink, rest) :]


class Printed(io.TextIOBase):
    """Keeps the beginning of what is printed, and drops the rest."""

    def __init__(self) -> None:
        self.text = ""

    def writable(self) -> bool:
        """Whether it can be written to."""
        return True

    def write(self, text: str) -> int:
        """Keep as much of `text` as there is room for."""
        self.text += text[: max(0, PRINTED - len(self.text))]
        return len(text)


class Cell(importlib.abc.SourceLoader):
    """Loads one piece of source (a file, or a cell of a notebook) from memory."""

    def __init__(self, source: str, name: str) -> None:
        self.source, self.name = source, name

    def get_filename(self, fullname: str) -> str:
        """The name that a traceback shows."""
        return self.name

    def get_data(self, path: str) -> bytes:
        """The source; there is no cached bytecode."""
        if path != self.name:
            raise OSError(path)
        return self.source.encode("utf-8", "replace")


class Allowed(importlib.abc.MetaPathFinder):
    """Says plainly which packages a question allows; the others' files cannot be read anyway."""

    def __init__(self, names: list[str]) -> None:
        self.names = {*names, *sys.stdlib_module_names, MODULE}

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> None:
        """None for what may be imported; an ImportError for the rest."""
        if fullname.split(".")[0] not in self.names:
            raise ModuleNotFoundError(f"this question does not allow the package {fullname!r}", name=fullname)


def load(cells: list[str]) -> tuple[types.ModuleType, str, str]:
    """The module that the cells make, one after the other; the first error, and its kind."""
    module = types.ModuleType(MODULE)
    sys.modules[MODULE] = module
    first = kind = ""
    for number, source in enumerate(cells, 1):
        name = f"{MODULE}.py" if len(cells) == 1 else f"cell {number}"
        spec = importlib.util.spec_from_loader(MODULE, Cell(source, name))
        module.__spec__ = spec
        error, sort = _unreadable(Cell(source, name))
        if not error:
            error, sort = _loaded(Cell(source, name), module)
        first, kind = (first, kind) if first else (error, sort)
    return module, first, kind


def _unreadable(cell: Cell) -> tuple[str, str]:
    """Why a cell is not Python, and 'syntax'; empty texts where it is."""
    try:
        cell.source_to_code(cell.get_data(cell.name), cell.name)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return told(error), "syntax"
    return ("", "")


def _loaded(cell: Cell, module: types.ModuleType) -> tuple[str, str]:
    """Run a cell in the module; the error that it raises, and 'import' or 'raises'."""
    try:
        cell.exec_module(module)
    except BaseException as error:
        return told(error), "import" if isinstance(error, ImportError) else "raises"
    return ("", "")


def told(error: BaseException) -> str:
    """An error with the student's line in which it arose."""
    at = ""
    for frame in traceback.extract_tb(error.__traceback__):
        if frame.filename.startswith((f"{MODULE}.py", "cell ")):
            at = f" ({frame.filename}, line {frame.lineno})"
    if isinstance(error, SyntaxError) and error.lineno is not None:
        return f"SyntaxError: {error.msg} ({error.filename}, line {error.lineno})"
    try:
        text = str(error)
    except BaseException:
        text = "?"
    return f"{type(error).__name__}: {text[:TOLD]}{at}"


def answer(function: Any, given: list[Any], kind: str, most: int, wire: Any) -> tuple[bytes, bytes]:
    """Call the function once; the message to send."""
    import numpy as np

    passed = [_as(kind, array) for array in given]
    try:
        with np.errstate(all="ignore"):
            returned = function(*passed)
        result = _plain(returned)
    except BaseException as error:
        return wire.PROBLEM, json.dumps({"kind": "raises", "text": told(error)}).encode()
    if result is None or result.dtype.kind not in "biuf" or result.ndim > wire.MAX_AXES:
        name = "None" if returned is None else type(returned).__name__
        return wire.PROBLEM, json.dumps({"kind": "type", "text": name[:TOLD]}).encode()
    if result.size > most:
        return wire.PROBLEM, json.dumps({"kind": "shape", "text": str(result.shape)[:TOLD]}).encode()
    single = result.dtype.kind == "f" and result.dtype.itemsize <= 4
    return wire.RESULT, wire.packed(result.astype(np.float32 if single else np.float64))


def _as(kind: str, array: Any) -> Any:
    """An array as the function takes it: a copy, and a number where it has no axes."""
    if kind == "torch":
        import torch

        return torch.from_numpy(array.copy())
    return array.copy() if array.ndim else array.item()


def _plain(value: Any) -> Any:
    """What was returned as an array of numbers, or None."""
    import numpy as np

    value = value.detach().cpu().numpy() if hasattr(value, "detach") else value
    try:
        return np.asarray(value)
    except (ValueError, TypeError, RuntimeError):
        return None


def prepare(job: dict[str, Any], confine: Any) -> list[str]:
    """Import what the code may import while files can still be read, and give everything else up."""
    confine.limit(job["limits"])
    told = ["namespaces"] if confine.separate() else []
    confine.die_with_parent(job["parent"])  # once more: the kernel may forget it with a change of user
    sys.path[:] = job["path"]
    for name in job["preload"]:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    sys.meta_path.insert(0, Allowed(job["allowed"]))
    return told + list(confine.lock(job["readable"], job["listable"], job["landlock"]))


def main() -> None:
    """Serve one job."""
    wire, confine = sibling("wire"), sibling("confine")
    confine.die_with_parent(int(sys.argv[1]))
    line = Line(wire, bytes.fromhex(sys.argv[2]))
    job = json.loads(line.read()[1])
    given_up = prepare(job, confine)
    line.send(wire.READY, json.dumps(given_up).encode())
    if "seccomp" not in given_up:
        os._exit(0)  # nothing of the student's has been loaded
    printed = Printed()
    sys.stdin, sys.stdout, sys.stderr = io.StringIO(), printed, printed
    module, error, kind = load(job["cells"])
    function = getattr(module, job["function"], None)
    line.send(wire.LOADED, json.dumps({"found": callable(function), "text": error, "kind": kind}).encode())
    arrays = "torch" if _uses_torch(module) else "numpy"
    while True:
        kind_, body = line.read()
        if kind_ == wire.CALL:
            most = int.from_bytes(body[:8], "little")
            line.send(*answer(function, wire.unpacked(body[8:]), arrays, most, wire))
        elif kind_ == wire.PRINTED:
            line.send(wire.PRINTED, printed.text.encode("utf-8", "replace"))
        else:
            os._exit(0)


def _uses_torch(module: types.ModuleType) -> bool:
    """Whether the code has imported torch: then its functions are given tensors."""
    modules = [value for value in vars(module).values() if isinstance(value, types.ModuleType)]
    return any(str(one.__name__).split(".")[0] == "torch" for one in modules)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main()
