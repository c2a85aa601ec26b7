"""What a process gives up, for good, before it runs a stranger's code (Linux; standard library only).

In order: it dies with its parent; limits on processor time, memory and files; user, network and IPC
namespaces of its own, where the machine allows them; no capabilities and no way to gain any; Landlock, under
which it reads Python's library and the packages that a question allows, and nothing else; and a seccomp
filter of the system calls that arithmetic needs. Those left out start processes and threads, signal others,
open sockets, change files, and share memory: they fail with PermissionError. Where the kernel has no
Landlock, the filter lets no file be opened at all.

The program inside loads this file by its path, so it imports nothing of derivlab.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

MAX_OPEN_FILES = 64

_PDEATHSIG, _SECCOMP, _NO_NEW_PRIVS, _FILTER = 1, 22, 38, 2
_NEWUSER, _NEWIPC, _NEWNET = 0x10000000, 0x08000000, 0x40000000
_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
# The rights on files that each version of Landlock knows; all are given up.
_RIGHTS_BY_VERSION = ((5, 16), (3, 15), (2, 14), (1, 13))

_ALLOW, _KILL, _REFUSE = 0x7FFF0000, 0x80000000, 0x00050000 | 1  # errno 1: EPERM
_LOAD, _EQUAL, _AT_LEAST, _AND, _RETURN = 0x20, 0x15, 0x35, 0x54, 0x06
_NUMBER, _ARCHITECTURE, _SECOND, _THIRD = 0, 4, 24, 32  # where they stand in what a filter is given
_X32 = 0x40000000
# Flags of openat that write: O_WRONLY, O_RDWR, O_CREAT, O_TRUNC, O_APPEND.
_WRITING = 0o3 | 0o100 | 0o1000 | 0o2000
# What may be asked of an open file: not whom it signals (F_SETOWN), and nothing of a terminal's owner.
_FCNTL = (0, 1, 2, 3, 4, 1030)
_IOCTL = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)


@dataclass(frozen=True)
class Machine:
    """An architecture: its number, its calls that are looked at closely, and those that arithmetic needs."""

    number: int
    fcntl: int
    ioctl: int
    openat: int
    allowed: tuple[int, ...]


_X86_64 = (
    0, 1, *range(3, 16), *range(17, 29), *range(32, 40), 60, 63, *range(78, 82), 89, *range(95, 101), 102,
    104, 107, 108, 110, 111, 127, 128, 130, 131, 137, 138, 158, 186, 201, 202, 204, 217, 218, 228, 229, 230,
    231, 239, 262, 267, 269, 270, 271, 273, 274, 292, 293, 309, 318, 324, 332, 334, 436, 439, 449,
)  # fmt: skip
_AARCH64 = (
    17, 23, 24, 43, 44, 48, 49, 57, 59, *range(61, 69), 72, 73, 78, 79, 80, 93, 94, 96, *range(98, 104),
    *range(113, 116), 123, 124, 132, 133, 134, 135, 136, 137, 139, 153, 160, 163, 165, 166, 168, 169,
    *range(172, 180), 214, 215, 216, 222, 226, 227, 232, 233, 236, 278, 283, 291, 293, 436, 439, 449,
)  # fmt: skip
MACHINES = {
    "x86_64": Machine(0xC000003E, 72, 16, 257, _X86_64),
    "aarch64": Machine(0xC00000B7, 25, 29, 56, _AARCH64),
}


class ConfineError(Exception):
    """Something that had to be given up could not be."""


def die_with_parent(parent: int) -> None:
    """Be killed when the grader ends, however it ends; `parent` is its process id."""
    _libc().prctl(_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        raise ConfineError("the grader is gone")


def limit(limits: Mapping[str, int]) -> None:
    """Set limits that cannot be raised again: seconds of processor time, bytes of memory; no file grows."""
    # At the first limit a signal ends the process; at the second, one that it cannot ignore.
    resource.setrlimit(resource.RLIMIT_CPU, (limits["cpu"], limits["cpu"] + 1))
    resource.setrlimit(resource.RLIMIT_AS, (limits["memory"], limits["memory"]))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (MAX_OPEN_FILES, MAX_OPEN_FILES))


def separate() -> bool:
    """Enter user, network and IPC namespaces of one's own; False where the machine does not allow it."""
    return bool(_libc().unshare(_NEWUSER | _NEWIPC | _NEWNET) == 0)


def lock(readable: Iterable[str], listable: Iterable[str], landlock: bool = True) -> list[str]:
    """Give up everything that this file's docstring names; what is in force afterwards.

    Args:
        readable: files, and folders with all that is below them.
        listable: folders whose names may be listed, and nothing read.
        landlock: whether to use Landlock where the kernel has it.
    """
    _libc().prctl(_NO_NEW_PRIVS, 1, 0, 0, 0)
    _drop_capabilities()
    locked = landlock and _landlock(readable, listable)
    told = ["landlock"] if locked else []
    return [*told, "seccomp"] if _seccomp(opens=locked) else told


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _drop_capabilities() -> None:
    """Root without capabilities is a user like others."""
    header = struct.pack("<II", 0x20080522, 0)
    _libc().capset(header, bytes(24))


# ---------------------------------------------------------------------------- Landlock


def _landlock(readable: Iterable[str], listable: Iterable[str]) -> bool:
    libc = _libc()
    version = libc.syscall(_LANDLOCK_CREATE, None, ctypes.c_size_t(0), 1)
    if version < 1:
        return False
    rights = next((1 << count) - 1 for least, count in _RIGHTS_BY_VERSION if version >= least)
    ruleset = _ruleset(rights, version)
    for path in readable:
        _grant(ruleset, path, _READ_FILE | (_READ_DIR if os.path.isdir(path) else 0))  # noqa: PTH112
    for path in listable:
        _grant(ruleset, path, _READ_DIR)
    done = libc.syscall(_LANDLOCK_RESTRICT, ruleset, 0)
    os.close(ruleset)
    return bool(done == 0)


def _ruleset(rights: int, version: int) -> int:
    """A ruleset that handles files, and TCP and signals where this version of Landlock knows them."""
    fields = [rights]
    if version >= 4:
        fields.append(3)
    if version >= 6:
        fields.append(3)
    attributes = struct.pack(f"<{len(fields)}Q", *fields)
    made = _libc().syscall(_LANDLOCK_CREATE, attributes, ctypes.c_size_t(len(attributes)), 0)
    if made < 0:
        raise ConfineError(f"no Landlock ruleset: {os.strerror(ctypes.get_errno())}")
    return int(made)


def _grant(ruleset: int, path: str, rights: int) -> None:
    """Allow `rights` at `path` and below it; a path that does not exist is passed over."""
    try:
        at = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    rule = struct.pack("<Qi", rights, at)
    _libc().syscall(_LANDLOCK_ADD, ruleset, 1, rule, 0)
    os.close(at)


# ---------------------------------------------------------------------------- seccomp


def program(machine: Machine, *, opens: bool) -> bytes:
    """The filter for a machine, as instructions of classic BPF; `opens` lets files be opened for reading.

    >>> len(program(MACHINES["aarch64"], opens=True)) % 8
    0
    """
    lines = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, machine.number),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, 0, 1, _X32),
        (_RETURN, 0, 0, _KILL),
        *_if_called(machine.fcntl, [(_LOAD, 0, 0, _SECOND), *_one_of(_FCNTL)]),
        *_if_called(machine.ioctl, [(_LOAD, 0, 0, _SECOND), *_one_of(_IOCTL)]),
    ]
    if opens:
        reading = [(_LOAD, 0, 0, _THIRD), (_AND, 0, 0, _WRITING), *_one_of((0,))]
        lines += _if_called(machine.openat, reading)
    lines += [*_one_of(machine.allowed), (_RETURN, 0, 0, _REFUSE)]
    return b"".join(struct.pack("<HBBI", *line) for line in lines)


Line = tuple[int, int, int, int]


def _one_of(values: Iterable[int]) -> list[Line]:
    """Allow if the word at hand is one of the values."""
    return [line for value in values for line in ((_EQUAL, 0, 1, value), (_RETURN, 0, 0, _ALLOW))]


def _if_called(number: int, block: list[Line]) -> list[Line]:
    """For one system call: run the block, and refuse what it does not allow."""
    return [(_EQUAL, 0, len(block) + 1, number), *block, (_RETURN, 0, 0, _REFUSE)]


def _seccomp(opens: bool) -> bool:
    machine = MACHINES.get(os.uname().machine)
    if machine is None:
        return False
    instructions = ctypes.create_string_buffer(program(machine, opens=opens))
    count = (len(instructions) - 1) // 8
    filter_ = ctypes.create_string_buffer(struct.pack("@HP", count, ctypes.addressof(instructions)))
    return bool(_libc().prctl(_SECCOMP, _FILTER, filter_, 0, 0) == 0)
