"""A student's code in a process of its own: started, asked, and ended whatever it does.

What is contained, on Linux (x86-64 and ARM), as any user, also inside a container: the code cannot write,
rename or remove a file, read one outside Python's library and the allowed packages, start a process or a
thread, signal another process, open a socket, or use more processor time or memory than it is given; it
dies with the grader. Its working folder is empty and is removed afterwards. Where the kernel has no Landlock
it can open no file at all, so it has the modules that it imports by name and no others. Where the kernel
refuses seccomp the code is not run.

What is not contained: it sees the names of the library's files, the sizes and dates of files whose paths it
knows, and the clock; and a fault of the kernel or of NumPy's compiled code could undo all of it, so a public
service puts a container or a virtual machine around derivlab as well.
"""

from __future__ import annotations

import json
import os
import secrets
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from derivlab.grading.sandbox import wire
from derivlab.grading.sandbox.outcome import (
    EndedError,
    Limits,
    Loaded,
    UncontainedError,
    cleaned,
    object_of,
    problem_of,
    sort_of,
)
from derivlab.grading.sandbox.packages import ALWAYS, EARLY, imported, library

MOST_TEXT = 10_000


class Student:
    """The process of one answer; use it in a `with` block."""

    def __init__(
        self,
        cells: Sequence[str],
        function: str,
        packages: Sequence[str] = ALWAYS,
        limits: Limits | None = None,
        landlock: bool = True,
    ) -> None:
        allowed = library(tuple(dict.fromkeys((*ALWAYS, *packages))))
        preload = sorted({"numpy", *imported(cells).intersection((*allowed.names, *EARLY))})
        given = limits or Limits()
        self.limits = given.with_torch() if "torch" in preload else given
        self.job: dict[str, Any] = {
            "cells": list(cells),
            "function": function,
            "limits": {"cpu": self.limits.cpu, "memory": self.limits.memory},
            "path": allowed.path,
            "readable": allowed.readable,
            "listable": allowed.listable,
            "allowed": allowed.names,
            "preload": preload,
            "landlock": landlock,
            "parent": os.getpid(),
        }
        self.word = secrets.token_bytes(wire.WORD)
        self.contained: tuple[str, ...] = ()
        self.given_up = ""

    def __enter__(self) -> Student:
        if sys.platform != "linux":
            raise UncontainedError("that needs Linux, where a process can give up what it must not do")
        self.folder = tempfile.TemporaryDirectory(prefix="derivlab-")
        self.deadline = time.monotonic() + self.limits.wall
        inside = Path(__file__).with_name("inside.py")
        # As isolated as -I makes it (this environment is all there is), but with one hash seed for all runs.
        command = [sys.executable, "-P", "-s", "-S", "-B", str(inside), str(os.getpid()), self.word.hex()]
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self.folder.name,
            env=_environment(self.folder.name),
            start_new_session=True,
            bufsize=0,
        )
        for stream in (self.process.stdin, self.process.stdout):
            os.set_blocking(stream.fileno(), False)  # type: ignore[union-attr]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()
        self.folder.cleanup()

    def load(self) -> Loaded:
        """Hand over the code and have it loaded.

        Raises:
            EndedError: the process ended.
            UncontainedError: this machine cannot contain it; it has not been run.
        """
        self._send(wire.message(self.word, wire.JOB, json.dumps(self.job).encode()))
        self.contained = tuple(json.loads(self._receive(wire.READY, MOST_TEXT)))
        if "seccomp" not in self.contained:
            raise UncontainedError(
                "this machine's kernel does not allow seccomp, without which it is not contained"
            )
        told = object_of(self._receive(wire.LOADED, MOST_TEXT))
        text, kind = cleaned(told.get("text")), cleaned(told.get("kind"))
        return Loaded(told.get("found") is True, text, sort_of(text) if kind == "raises" else kind)

    def call(self, arrays: Sequence[np.ndarray[Any, Any]], most: int) -> np.ndarray[Any, Any]:
        """What the function returns for `arrays`, if it has at most `most` entries.

        Raises:
            CallError: it raised or returned something else.
            EndedError: the process ended.
        """
        body = most.to_bytes(8, "little") + b"".join(map(wire.packed, arrays))
        self._send(wire.message(self.word, wire.CALL, body))
        kind, answer = self._message((wire.RESULT, wire.PROBLEM), max(MOST_TEXT, 100 + 8 * most))
        if kind == wire.PROBLEM:
            raise problem_of(object_of(answer))
        try:
            (result,) = wire.unpacked(answer)
        except (wire.WireError, ValueError) as error:
            raise EndedError("sends something else than results", own=True) from error
        return result

    def printed(self) -> str:
        """What the code has printed so far, shortened."""
        self._send(wire.message(self.word, wire.PRINTED))
        return self._receive(wire.PRINTED, MOST_TEXT).decode("utf-8", "replace")

    # ------------------------------------------------------------------ the pipe

    def _receive(self, kind: bytes, most: int) -> bytes:
        return self._message((kind,), most)[1]

    def _message(self, kinds: tuple[bytes, ...], most: int) -> tuple[bytes, bytes]:
        word, kind, length = wire.HEADER.unpack(self._read(wire.HEADER.size))
        if word != self.word or kind not in kinds or length > most:
            raise EndedError("sends something else than results", own=True)
        return kind, self._read(length)

    def _read(self, length: int) -> bytes:
        found = b""
        while len(found) < length:
            self._wait(self.process.stdout, select.POLLIN)
            part = self.process.stdout.read(length - len(found))  # type: ignore[union-attr]
            if part == b"":
                raise self._reason()
            found += part or b""
        return found

    def _send(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            self._wait(self.process.stdin, select.POLLOUT)
            try:
                rest = rest[self.process.stdin.write(rest) or 0 :]  # type: ignore[union-attr]
            except BrokenPipeError:
                raise self._reason() from None

    def _wait(self, stream: Any, event: int) -> None:
        poll = select.poll()
        poll.register(stream.fileno(), event)
        left = self.deadline - time.monotonic()
        if left <= 0 or not poll.poll(1000 * left):
            self.given_up = f"did not end in {self.limits.wall:g} s"
            raise self._reason()

    # ------------------------------------------------------------------ the end

    def _reason(self) -> EndedError:
        """End the process; why it had not answered."""
        ended = not self.given_up and self._settle()  # its pipe is closed: it has ended, or is about to
        self._end()
        status, seconds = self.process.returncode, self.seconds
        if status == -signal.SIGXCPU or (status == -signal.SIGKILL and seconds > self.limits.cpu):
            return EndedError(f"used its {self.limits.cpu} s of processor time", own=False)
        if self.given_up:
            return EndedError(self.given_up, own=False)
        if not ended:
            return EndedError("closed its connection to the grader", own=True)
        if status == -signal.SIGSYS:
            return EndedError("made a system call that is forbidden", own=True)
        if status < 0:
            name = signal.Signals(-status).name
            return EndedError(f"crashed ({name})", own=False)
        return EndedError("ended its process before it had answered", own=True)

    def _settle(self) -> bool:
        """Give a process that has closed its pipe a moment to end by itself: then its status tells why."""
        end = min(self.deadline, time.monotonic() + 1)
        while time.monotonic() < end:
            if os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is not None:
                return True
            time.sleep(0.005)
        return False

    def _end(self) -> None:
        """Kill the process and all of its group, and note what it used."""
        if self.process.returncode is not None:
            return
        _kill(self.process.pid)
        _, status, usage = os.wait4(self.process.pid, 0)
        self.process.returncode = os.waitstatus_to_exitcode(status)
        self.seconds = usage.ru_utime + usage.ru_stime
        for stream in (self.process.stdin, self.process.stdout):
            stream.close()  # type: ignore[union-attr]


def _kill(pid: int) -> None:
    for end in (os.killpg, os.kill):
        try:
            end(pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            continue


def _environment(folder: str) -> dict[str, str]:
    one = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "NUMEXPR", "VECLIB")}
    own = {"HOME": folder, "TMPDIR": folder, "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    return {**one, **own, "PYTHONHASHSEED": "0", "PYTHONUTF8": "1"}
