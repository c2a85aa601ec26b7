"""What the process gives up: in force, also without Landlock, and nothing is run where it is not."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from derivlab.grading.sandbox import confine, runner
from derivlab.grading.sandbox.outcome import CallError, EndedError, UncontainedError, cleaned
from derivlab.grading.sandbox.packages import library
from derivlab.grading.sandbox.runner import Student

Z = [np.array([1.0, 2.0])]


def test_all_of_it_is_in_force() -> None:
    with Student(["def grad(z): return z"], "grad") as student:
        assert student.load().found
        assert student.call(Z, 10).tolist() == [1.0, 2.0]
        assert {"landlock", "seccomp"} <= set(student.contained)


def test_without_landlock_no_file_is_opened() -> None:
    source = "import math, numpy as np\ndef grad(z): return open('/etc/passwd')"
    with Student([source], "grad", landlock=False) as student:
        assert student.load().found
        assert "landlock" not in student.contained
        with pytest.raises(CallError, match="PermissionError") as caught:
            student.call(Z, 10)
        assert caught.value.kind == "forbidden"


def test_without_seccomp_nothing_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The program inside, on a machine whose filter cannot be installed."""
    for name in ("inside.py", "wire.py", "confine.py"):
        text = Path(runner.__file__).with_name(name).read_text()
        (tmp_path / name).write_text(text.replace("os.uname().machine", "'unknown'"))
    monkeypatch.setattr(runner, "__file__", str(tmp_path / "runner.py"))
    with (
        Student(["def grad(z): return z"], "grad") as student,
        pytest.raises(UncontainedError, match="seccomp"),
    ):
        student.load()


def test_a_machine_of_another_kind_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner.sys, "platform", "darwin")
    with pytest.raises(UncontainedError, match="needs Linux"), Student([""], "grad"):
        pass


@pytest.mark.parametrize("name", confine.MACHINES)
def test_the_filter_is_well_formed(name: str) -> None:
    """Every jump lands inside, every path ends in a return, and what is not listed is refused."""
    machine = confine.MACHINES[name]
    for opens in (True, False):
        raw = confine.program(machine, opens=opens)
        lines = [struct.unpack_from("<HBBI", raw, at) for at in range(0, len(raw), 8)]
        assert len(lines) < 4096
        assert decide(lines, machine.number, machine.allowed[0]) == ALLOW
        assert decide(lines, machine.number + 1, machine.allowed[0]) == KILL
        assert decide(lines, machine.number, 0x40000000) == KILL
        assert decide(lines, machine.number, machine.openat, third=0) == (ALLOW if opens else REFUSE)
        for flag in (1, 2, 0o100, 0o1000, 0o2000):
            assert decide(lines, machine.number, machine.openat, third=flag) == REFUSE
        assert decide(lines, machine.number, machine.fcntl, second=8) == REFUSE  # F_SETOWN
        assert decide(lines, machine.number, machine.fcntl, second=1030) == ALLOW
        refused = set(range(470)) - {machine.openat, machine.fcntl, machine.ioctl, *machine.allowed}
        assert {decide(lines, machine.number, number) for number in refused} == {REFUSE}


ALLOW, KILL, REFUSE = 0x7FFF0000, 0x80000000, 0x00050001


def decide(
    lines: list[tuple[int, int, int, int]], architecture: int, number: int, second: int = 0, third: int = 0
) -> int:
    """What the filter returns: an interpreter of the instructions that it uses."""
    words = {0: number, 4: architecture, 24: second, 32: third}
    at = value = 0
    while True:
        code, yes, no, operand = lines[at]
        match code:
            case 0x20:
                value = words[operand]
            case 0x54:
                value &= operand
            case 0x15:
                at += yes if value == operand else no
            case 0x35:
                at += yes if value >= operand else no
            case 0x06:
                return operand
        at += 1


def test_no_dangerous_call_is_allowed() -> None:
    """By their numbers on x86-64: fork, clone, execve, kill, socket, ptrace, mount, chmod, io_uring, ..."""
    dangerous = {
        29,
        30,
        41,
        42,
        53,
        56,
        57,
        58,
        59,
        62,
        87,
        90,
        92,
        101,
        157,
        160,
        165,
        200,
        234,
        248,
        272,
        298,
    }
    dangerous |= {302, 303, 304, 310, 311, 317, 319, 321, 322, 323, 424, 425, 434, 435, 437, 438, 444, 452}
    assert not dangerous.intersection(confine.MACHINES["x86_64"].allowed)


def test_the_library_holds_no_other_package() -> None:
    found = library(("numpy",))
    assert not [path for path in found.readable if path.rstrip("/").endswith(("site-packages", "derivlab"))]
    assert "torch" not in found.names


def test_a_package_that_does_not_list_its_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.metadata.Distribution.files", None)
    library.cache_clear()
    assert str(Path(np.__file__).parent) in library(("numpy",)).readable
    library.cache_clear()


def test_a_result_is_bounded_before_it_is_read() -> None:
    source = "import numpy as np\ndef grad(z): return np.zeros(1000)"
    with Student([source], "grad") as student:
        student.load()
        with pytest.raises(CallError, match="shape \\(1000,\\)"):
            student.call(Z, 999)
        assert student.call(Z, 1000).shape == (1000,)


def test_a_message_that_claims_to_be_huge_is_not_read() -> None:
    source = (
        "import gc, os\nline = next(o for o in gc.get_objects() if type(o).__name__ == 'Line')\n"
        "os.write(line.sink, line.wire.HEADER.pack(line.word, b'L', 1 << 31))\nwhile True: pass"
    )
    with Student([source], "grad") as student, pytest.raises(EndedError, match="something else") as caught:
        student.load()
    assert caught.value.own


def test_a_strangers_text_is_cleaned() -> None:
    assert cleaned("a\nb\t\x00c\u202e <f at 0xdeadbeef>") == "a b c <f at 0x…>"
    assert len(cleaned("x" * 10_000)) == 500
