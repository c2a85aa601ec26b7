"""Running `coqc`: the library is compiled once, certificates in one batch, successes are remembered."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from time import sleep, time

from derivlab.certificates.emit import Certificate, header
from derivlab.errors import DerivlabError, InternalError, UsageError

LIBRARY = ("Sums", "Expressions", "Signs", "NormalForm", "Certificate")
# What only refutations need; it is compiled when the first one is checked.
EXTRA = ("Refutation",)
INSTALL = "install it, on Debian or Ubuntu with `apt-get install coq libcoq-coquelicot libcoq-interval`"
MISSING = f"`coqc` is not on the PATH, so certificates can be written but not checked; {INSTALL}"
# The axioms of Coq's classical reals, and functional extensionality; nothing else may be assumed.
ALLOWED = frozenset(
    (
        "ClassicalDedekindReals.sig_forall_dec",
        "ClassicalDedekindReals.sig_not_dec",
        "FunctionalExtensionality.functional_extensionality_dep",
        "Classical_Prop.classic",
    )
)
FORBIDDEN = re.compile(r"\b(Admitted|admit|Axiom|Axioms|Parameter|Parameters|Conjecture|give_up)\b")
ERROR_LINE = re.compile(r'^File "[^"]*", line (\d+)', re.MULTILINE)
SECONDS_EACH, SECONDS_MORE, LOCK_SECONDS = 30, 60, 300

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Outcome:
    """What Coq said of one certificate: accepted, or not certified, which is not 'false'."""

    certificate: Certificate
    accepted: bool
    message: str = ""
    cached: bool = False


def library_folder() -> Path:
    """Where the library's sources are: in the installed package, or in the checkout."""
    here = Path(__file__).resolve()
    for folder in (here.parent / "coq", here.parents[2] / "proofs" / "coq"):
        if (folder / f"{LIBRARY[0]}.v").is_file():
            return folder
    raise InternalError("the Coq library is not part of this installation")


def find_coqc() -> str:
    """The path of `coqc`; `UsageError` says how to get it."""
    found = shutil.which("coqc")
    if found is None:
        raise UsageError(MISSING)
    return found


@cache
def library_key() -> str:
    """Changes with every byte of the library's sources."""
    folder = library_folder()
    sources = b"".join((folder / f"{name}.v").read_bytes() for name in (*LIBRARY, *EXTRA))
    return hashlib.sha256(sources).hexdigest()[:16]


def cache_root() -> Path:
    """The user's cache folder for derivlab."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "derivlab" / "coq"


def remembered(certificate: Certificate, cache: Path | None = None) -> Outcome | None:
    """What Coq (of any version) said here before of this theorem and proof; needs no Coq."""
    folders = list((cache or cache_root()).glob(f"{library_key()}-*"))
    if any((folder / mark(certificate)).is_file() for folder in folders):
        return Outcome(certificate, True, cached=True)
    for folder in folders:
        if (path := folder / mark(certificate, "refused")).is_file():
            return Outcome(certificate, False, path.read_text(encoding="utf-8"), cached=True)
    return None


def mark(certificate: Certificate, what: str = "accepted") -> str:
    """The name of the file that remembers that Coq accepted (or refused) this theorem and proof."""
    return f"{certificate.key}.{what}"


@contextmanager
def one_at_a_time(path: Path) -> Iterator[None]:
    """Hold the lock file `path`: another process waits, but not for one that has died."""
    while True:
        try:
            path.touch(exist_ok=False)
            break
        except FileExistsError:
            sleep(0.2)
        with suppress(FileNotFoundError):
            if time() - path.stat().st_mtime > LOCK_SECONDS:
                path.unlink()
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


@dataclass
class Checker:
    """Checks certificates with `coqc`.

    Attributes:
        progress: is told what is being done.
        cache: where the compiled library and the accepted certificates are kept.
    """

    progress: Progress = lambda what: None
    cache: Path = field(default_factory=cache_root)

    def __post_init__(self) -> None:
        self.coqc = find_coqc()
        self.folder = self.cache / self._key()

    def _key(self) -> str:
        """Changes with Coq's version and with every byte of the library."""
        version = subprocess.run([self.coqc, "--version"], capture_output=True, check=True).stdout
        return f"{library_key()}-{hashlib.sha256(version).hexdigest()[:8]}"

    def library(self, *extra: str) -> Path:
        """The folder with the compiled library, compiled now if it must be."""
        self.folder.mkdir(parents=True, exist_ok=True)
        files = [self.folder / f"{name}.vo" for name in (*LIBRARY, *extra)]
        if not all(map(Path.is_file, files)):
            with one_at_a_time(self.folder / "lock"):
                for path in files:
                    if not path.is_file():
                        (self.folder / "lock").touch()
                        self._compile(path.stem)
        return self.folder

    def _compile(self, name: str) -> None:
        """Compile beside the folder and move the result there: nobody sees half a file."""
        self.progress(f"compiling the library: {name}.v")
        with tempfile.TemporaryDirectory(prefix="compiling-", dir=self.folder) as place:
            source = Path(place) / f"{name}.v"
            shutil.copyfile(library_folder() / source.name, source)
            done = self._run(source, 300, "-Q", place, "Derivlab")
            if done.returncode:
                raise _no_library(name, done.stderr)
            source.with_suffix(".vo").replace(self.folder / f"{name}.vo")

    def _run(self, path: Path, seconds: float, *options: str) -> subprocess.CompletedProcess[str]:
        command = [self.coqc, "-q", "-w", "none", *options, "-Q", str(self.folder), "Derivlab", str(path)]
        try:
            return subprocess.run(
                command, cwd=path.parent, capture_output=True, text=True, timeout=seconds, check=False
            )
        except subprocess.TimeoutExpired:
            return subprocess.CompletedProcess(command, 1, "", f"coqc took more than {seconds:.0f} s")

    def check(self, certificates: Sequence[Certificate]) -> list[Outcome]:
        """What Coq says of each certificate, in their order."""
        outcomes = {c.text: self._remembered(c) for c in certificates}
        new = [c for c in dict.fromkeys(certificates) if outcomes[c.text] is None]
        for library in dict.fromkeys(c.library for c in new):
            self.library(*(name for name in EXTRA if name == library))
            for outcome in self._batch([c for c in new if c.library == library]):
                outcomes[outcome.certificate.text] = outcome
                self._remember(outcome)
        return [found for c in certificates if (found := outcomes[c.text]) is not None]

    def _remembered(self, certificate: Certificate) -> Outcome | None:
        """Accepted before; what was refused is tried again, since it may have been for want of time."""
        known = (self.folder / mark(certificate)).is_file()
        return Outcome(certificate, True, cached=True) if known else None

    def _remember(self, outcome: Outcome) -> None:
        refused = self.folder / mark(outcome.certificate, "refused")
        if outcome.accepted:
            (self.folder / mark(outcome.certificate)).touch()
            refused.unlink(missing_ok=True)
        else:
            refused.write_text(outcome.message, encoding="utf-8")

    def _batch(self, certificates: list[Certificate]) -> Iterator[Outcome]:
        """All in one run; one that fails is set aside, and the others run again without it."""
        left = list(certificates)
        while left:
            self.progress(f"coqc: {len(left)} certificate{'s' if len(left) > 1 else ''}")
            failed, message = self._attempt(left)
            if failed is None:
                yield from (Outcome(c, True) for c in left)
                return
            yield Outcome(left.pop(failed), False, message)

    def _attempt(self, certificates: list[Certificate]) -> tuple[int | None, str]:
        """Which certificate failed and why, or None; a failure that names none is the first one's."""
        for place, certificate in enumerate(certificates):
            if found := FORBIDDEN.search(f"{certificate.statement}\n{certificate.proof}"):
                return place, f"the word {found[0]} does not belong in a certificate"
        text, starts = batch(certificates)
        with tempfile.TemporaryDirectory(prefix="derivlab-coq-") as folder:
            path = Path(folder) / "Batch.v"
            path.write_text(text, encoding="utf-8")
            done = self._run(path, SECONDS_EACH * len(certificates) + SECONDS_MORE)
        if done.returncode:
            return failing(done.stderr, starts), first_line(done.stderr)
        foreign = assumptions(done.stdout) - ALLOWED
        return (0, f"it assumes {', '.join(sorted(foreign))}") if foreign else (None, "")


def _no_library(name: str, stderr: str) -> DerivlabError:
    """Why the library cannot be compiled: a package that is not there, or a mistake of derivlab's."""
    if "Cannot find a physical path" in stderr or "Unable to locate library" in stderr:
        return UsageError(f"Coq lacks a library that {name}.v needs: {INSTALL}")
    return InternalError(f"the Coq library does not compile: {first_line(stderr)}")


def batch(certificates: Sequence[Certificate]) -> tuple[str, list[int]]:
    """One file with a module for each certificate (of one library), and the line on which each begins."""
    text, starts = f"{header(certificates[0].library)}\n", []
    for place, certificate in enumerate(certificates):
        starts.append(text.count("\n") + 1)
        text += f"Module C{place}.\n{certificate.body}End C{place}.\n"
    pairs = ", ".join(f"C{place}.{c.theorem}" for place, c in enumerate(certificates))
    return f"{text}Definition all_of_them := ({pairs}).\nPrint Assumptions all_of_them.\n", starts


def failing(stderr: str, starts: list[int]) -> int:
    """The certificate in which the line of the error stands."""
    found = ERROR_LINE.search(stderr)
    line = int(found[1]) if found else 1
    return max((place for place, start in enumerate(starts) if start <= line), default=0)


def assumptions(stdout: str) -> set[str]:
    """The names that `Print Assumptions` lists."""
    listed = stdout.partition("Axioms:")[2]
    return set(re.findall(r"^([A-Za-z_][\w.']*)\s*(?::|$)", listed, re.MULTILINE))


def first_line(stderr: str) -> str:
    """The error itself, without the place in a temporary file."""
    told = " ".join(
        line.strip() for line in stderr.splitlines() if line.strip() and not line.startswith("File ")
    )
    return told[:300] or "coqc failed without a message"
