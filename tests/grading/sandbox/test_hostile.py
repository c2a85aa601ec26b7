"""Code that means harm: each attempt is contained, named in the grade, and earns nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from derivlab.grading.model import AnswerGrade
from derivlab.grading.sandbox import Limits

Grade = Callable[..., AnswerGrade]
# Name -> what is tried; each fails with an error of one of these kinds, and nothing is done.
REFUSED = ("PermissionError", "RuntimeError", "gaierror", "ValueError")
TRIED = {
    "fork": "os.fork()",
    "another program": "os.execv('/bin/true', ['true'])",
    "a subprocess": "subprocess.run(['true'])",
    "a shell": "if os.system('true'): raise PermissionError",
    "a thread": "threading.Thread(target=print).start()",
    "a large file": "open('large', 'wb').write(b'0' * (1 << 30))",
    "a file elsewhere": "open('/tmp/small', 'w').write('x')",
    "its marker": "open(MARKER, 'w')",
    "appending": "open(MARKER, 'a')",
    "removing its marker": "os.remove(MARKER)",
    "renaming its marker": "os.rename(MARKER, MARKER + 'x')",
    "truncating its marker": "os.truncate(MARKER, 0)",
    "its marker's mode": "os.chmod(MARKER, 0)",
    "its marker's owner": "os.chown(MARKER, 1, 1)",
    "its marker's date": "os.utime(MARKER, (0, 0))",
    "a folder": "os.mkdir('folder')",
    "a symbolic link": "os.symlink('/etc/passwd', 'link')",
    "a hard link": "os.link(MARKER, 'link')",
    "a pipe with a name": "os.mkfifo('pipe')",
    "reading its marker": "open(MARKER).read()",
    "reading a file": "open('/etc/passwd').read()",
    "reading its process": "open('/proc/self/environ').read()",
    "the grader's memory": "open(f'/proc/{os.getppid()}/mem', 'rb').read()",
    "a list of a folder": "os.listdir('/')",
    "a socket": "socket.create_connection(('127.0.0.1', 9))",
    "a pair of sockets": "socket.socketpair()",
    "a name server": "socket.gethostbyname('example.org')",
    "killing the grader": "os.kill(os.getppid(), 9)",
    "killing all": "os.kill(-1, 9)",
    "its signals": "fcntl.fcntl(0, fcntl.F_SETOWN, os.getppid())",
    "its session": "os.setsid()",
    "more processor time": "resource.setrlimit(resource.RLIMIT_CPU, (100, 100))",
    "shared memory": "shared_memory.SharedMemory(create=True, size=9)",
    "a file in memory": "os.memfd_create('x')",
    "another root": "os.chroot('/')",
}
TRIALS = """
import fcntl, os, resource, shutil, signal, socket, subprocess, threading
from multiprocessing import shared_memory
MARKER = {marker!r}
TRIED = {tried!r}
for name, source in TRIED.items():
    try:
        exec(source)
    except BaseException as error:
        print(type(error).__name__)
    else:
        print('done:', name)
"""


def test_what_a_function_has_no_need_of_is_refused(grade: Grade, right: str, tmp_path: Path) -> None:
    """Tried within a right answer that catches every error: nothing has been done all the same."""
    marker = tmp_path / "marker"
    marker.write_text("kept")
    os.utime(marker, (1, 1))
    found = grade(TRIALS.format(marker=str(marker), tried=TRIED) + right)
    assert found.status == "right"
    told = dict(zip(TRIED, found.output.splitlines(), strict=True))
    assert {name: error for name, error in told.items() if error not in REFUSED} == {}
    assert marker.read_text() == "kept"
    assert marker.stat().st_mtime == 1


# Name -> (what stands before a right answer, the status, a piece of the reason).
BEFORE = {
    "fork bomb": ("import os\nwhile True: os.fork()", "wrong", "PermissionError"),
    "a thread left behind": (
        "import threading\ndef spin():\n    while True: pass\nthreading.Thread(target=spin).start()",
        "wrong",
        "can't start new thread",
    ),
    "a large file": ("open('large', 'wb').write(b'0' * (1 << 30))", "wrong", "PermissionError"),
    "ending itself": ("import os\nos._exit(0)", "wrong", "ended its process"),
    "closing its pipes": ("import os\nos.closerange(3, 100)", "wrong", "ended its process|connection"),
    "endless loop": ("while True: pass", "needs review", "1 s of processor time"),
    "much memory at once": ("import numpy\nx = numpy.ones(1 << 32)", "needs review", "MemoryError"),
    "a crash": ("import ctypes\nctypes.string_at(0)", "needs review", "crashed"),
    "a system call of another kind": (
        "import ctypes\nctypes.CDLL(None).syscall(0x40000000 + 57)",
        "wrong",
        "system call that is forbidden",
    ),
    "garbage on every pipe": (
        "import os\nfor number in range(3, 30):\n    try: os.write(number, b'x' * 10_000)\n"
        "    except OSError: pass",
        "wrong",
        "something else than results",
    ),
}
ENDLESS = {
    "a loop that ignores signals": (
        "import signal\nfor number in range(1, 65):\n    try: signal.signal(number, signal.SIG_IGN)\n"
        "    except (OSError, ValueError): pass\nwhile True: pass",
        "needs review",
        "1 s of processor time",
    ),
    "printing": ("while True: print('x' * 100_000)", "needs review", "1 s of processor time"),
    "writing to descriptors": (
        "import os\nwhile True: os.write(1, b'x' * 100_000); os.write(2, b'x' * 100_000)",
        "needs review",
        "1 s of processor time",
    ),
    "memory bit by bit": (
        "x = []\nwhile True: x.append(bytearray(1 << 26))",
        "needs review",
        "MemoryError|processor time",
    ),
}


@pytest.mark.parametrize(
    ("before", "status", "reason"),
    [pytest.param(*row, id=name) for name, row in BEFORE.items()]
    + [pytest.param(*row, id=f"endless: {name}", marks=pytest.mark.slow) for name, row in ENDLESS.items()],
)
def test_what_stands_before_the_function_does_no_harm(
    before: str, status: str, reason: str, grade: Grade, right: str
) -> None:
    found = grade(f"{before}\n{right}")
    assert (found.status, found.points) == (status, 0)
    assert any(part in found.reason for part in reason.split("|")), found.reason


# Name -> (the whole source, a piece of the reason).
INSTEAD = {
    "a constant": ("grad = lambda z, y: 0.25", "shape ()"),
    "a constant array": ("import numpy as np\ndef grad(z, y): return 0.25 + 0 * z", "is wrong"),
    "an array that changes its mind": (
        "import numpy as np\nclass A:\n    def __init__(self, n): self.n = n\n"
        "    def __array__(self, *a, **k): return np.zeros(self.n)\ndef grad(z, y): return A(len(z))",
        "is wrong",
    ),
    "a subclass that is equal to everything": (
        "import numpy as np\nclass A(np.ndarray):\n    def __eq__(self, other): return True\n"
        "    def __sub__(self, other): return np.zeros(len(self))\n    __rsub__ = __sub__\n"
        "def grad(z, y): return z.view(A)",
        "is wrong",
    ),
    "NumPy patched": (
        "import numpy as np\nnp.abs = lambda *a, **k: 0\nnp.array_equal = lambda *a, **k: True\n"
        "np.isclose = np.allclose = np.array_equal\ndef grad(z, y): return z",
        "is wrong",
    ),
    "a giant array": ("import numpy as np\ndef grad(z, y): return np.zeros(1 << 26)", "shape (67108864,)"),
    "an object array": (
        "import numpy as np\ndef grad(z, y): return np.array([object()] * len(z))",
        "no array of numbers",
    ),
    "complex numbers": ("def grad(z, y): return z * 1j", "no array of numbers"),
    "nothing": ("def grad(z, y): pass", "returns None"),
    "NaN": ("import numpy as np\ndef grad(z, y): return z * np.nan", "is wrong"),
    "infinity": ("import numpy as np\ndef grad(z, y): return z + np.inf", "is wrong"),
    "an exception that cannot be told": (
        "class E(Exception):\n    def __str__(self): raise ValueError\ndef grad(z, y): raise E",
        "raises E",
    ),
    "no function": ("grad = 5", "defines no function"),
    "right at first": (
        "import numpy as np\ncalls = []\ndef grad(z, y):\n    calls.append(1)\n"
        "    e = np.exp(z - z.max())\n    return (e / e.sum() - y) * (1 if len(calls) < 6 else 2)",
        "wrong at others|two results",
    ),
    "by chance": (
        "import numpy as np\ndef grad(z, y):\n    e = np.exp(z - z.max())\n"
        "    return (e / e.sum() - y) * (1 + 1e-13 * np.random.rand())",
        "two results",
    ),
    "the shown inputs by heart": (
        "import numpy as np\nseen = {}\ndef grad(z, y):\n    if len(seen) < 2:\n"
        "        e = np.exp(z - z.max())\n        seen[z.tobytes()] = e / e.sum() - y\n"
        "    return seen.get(z.tobytes(), 0 * z)",
        "wrong at others",
    ),
    "a little off": (
        "import numpy as np\ndef grad(z, y):\n    e = np.exp(z - z.max())\n"
        "    return e / (e.sum() + 1e-6) - y",
        "is wrong",
    ),
}


# These run in each ordinary run of the tests, the others in the slow one.
TYPICAL = (
    "a constant",
    "NumPy patched",
    "a giant array",
    "a subclass that is equal to everything",
    "right at first",
)


@pytest.mark.parametrize(
    "name", [name if name in TYPICAL else pytest.param(name, marks=pytest.mark.slow) for name in INSTEAD]
)
def test_what_is_not_the_gradient_earns_nothing(name: str, grade: Grade) -> None:
    source, reason = INSTEAD[name]
    found = grade(source)
    assert found.points == 0
    assert found.status in ("wrong", "missing")
    assert any(part in found.reason for part in reason.split("|")), found.reason


def test_a_forged_answer_on_the_pipe_is_held_against_the_values(grade: Grade) -> None:
    """Code that speaks the protocol itself, with its process's own word, still needs the right numbers."""
    found = grade(
        "import gc\n"
        "line = next(o for o in gc.get_objects() if type(o).__name__ == 'Line')\n"
        "wire = line.wire\n"
        "import numpy as np\n"
        "line.send(wire.LOADED, b'{\"found\": true}')\n"
        "while True:\n"
        "    kind, body = line.read()\n"
        "    if kind == wire.CALL:\n"
        "        z, y = wire.unpacked(body[8:])\n"
        "        line.send(wire.RESULT, wire.packed(np.zeros_like(z)))\n"
        "    line.send(wire.PRINTED, b'all tests passed')\n"
    )
    assert found.points == 0
    assert "is wrong" in found.reason


def test_a_sleeper_is_given_up(grade: Grade) -> None:
    begun = time.monotonic()
    found = grade("import time\ntime.sleep(1000)", limits=Limits(cpu=1, wall=1.0))
    assert time.monotonic() - begun < 6
    assert (found.status, found.points) == ("needs review", 0)
    assert "did not end in 1 s" in found.reason


def test_nothing_is_left_behind(
    grade: Grade, right: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither a process nor a folder, whatever the code did."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    for source in ("import ctypes\nctypes.string_at(0)", "import os\nos._exit(0)", right):
        grade(source)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_a_text_of_the_code_cannot_speak_to_a_terminal(grade: Grade) -> None:
    found = grade("def grad(z, y): raise ValueError('\\x1b[2J\\x07' + 'x' * 10_000 + '\\n# heading')")
    assert found.reason.isprintable()
    assert len(found.reason) < 1_500


def test_the_assignment_is_not_to_be_read(grade: Grade, right: str, tmp_path: Path) -> None:
    secret = tmp_path / "assignment.toml"
    secret.write_text("seed = 7")
    found = grade(f"print(open({str(secret)!r}).read())\n{right}")
    assert "PermissionError" in found.reason
    assert "seed" not in found.reason + found.output


def test_derivlab_itself_is_not_to_be_imported(grade: Grade, right: str) -> None:
    import derivlab

    folder = str(Path(derivlab.__file__).parent.parent)
    for before in ("", f"import sys\nsys.path.insert(0, {folder!r})\nsys.meta_path.pop(0)\n"):
        found = grade(f"{before}from derivlab.calculus import gradient\n{right}")
        assert found.points == 0
        assert found.kind == "import"


def test_the_environment_tells_nothing(grade: Grade, right: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADER_SECRET", "hidden-word")
    found = grade(f"import os\nprint(dict(os.environ))\n{right}")
    assert found.status == "right"
    assert "hidden-word" not in found.output
    assert "HOME" in found.output


def test_a_grader_that_is_killed_takes_the_code_with_it(tmp_path: Path) -> None:
    program = (
        "from derivlab.grading.sandbox.runner import Student\n"
        "with Student(['while True: pass'], 'grad') as student:\n"
        "    print(student.process.pid, flush=True)\n"
        "    student.load()\n"
    )
    grader = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert grader.stdout is not None
    child = int(grader.stdout.readline())
    time.sleep(0.8)  # the code is running by now
    assert Path(f"/proc/{child}").exists()
    grader.kill()
    grader.wait()
    for _ in range(100):
        if not Path(f"/proc/{child}").exists() or "Z" in Path(f"/proc/{child}/stat").read_text().split()[2]:
            return
        time.sleep(0.05)
    pytest.fail("the student's process outlives the grader")
