"""`derivlab certify`: proved claims as Coq theorems that a person can read."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from derivlab.errors import UsageError

if TYPE_CHECKING:
    from derivlab.certificates import Certificate, Convexity
    from derivlab.certificates.coq import Outcome
    from derivlab.proof import Claim, Verdict

HELP = (
    "Write a Coq theorem with its proof for every proved claim of the models or of your own documents; with"
    " --refuted also for every refuted one (a document's wrong equations, the wrong variants that a model"
    " lists): that there are sizes and values at which the two sides differ. With --check, Coq's kernel"
    " checks each one. A claim without a certificate is reported as 'not certified', which says nothing"
    " about whether it is true. Exit code: 0 every such claim has its certificate, 1 one has none, 2 the"
    " call was wrong or Coq is missing."
)
EXAMPLE = "derivlab certify softmax --check"

Found = tuple[str, "Claim | Convexity"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `derivlab certify`."""
    parser.add_argument(
        "targets", nargs="*", metavar="MODEL|FILE", help="models and documents (default: all models)"
    )
    parser.add_argument(
        "--out", default="proofs/certificates", metavar="DIR", help="default: proofs/certificates"
    )
    parser.add_argument("--refuted", action="store_true", help="certify what is refuted as well")
    parser.add_argument("--check", action="store_true", help="let Coq check the certificates (needs coqc)")
    parser.add_argument("--json", action="store_true", help="print JSON instead of text")


@dataclass
class Row:
    """One proved or refuted claim: where it is from, its file, and what became of it."""

    origin: str
    name: str
    verdict: str
    path: str = ""
    state: str = "not certified"
    reason: str = ""
    certificate: Certificate | None = None


def run(args: argparse.Namespace) -> int:
    """Write the certificates, check them if asked to, and return the exit code."""
    from derivlab.cli.terminal import console, print_json

    if args.check:
        from derivlab.certificates.coq import find_coqc

        find_coqc()  # before any work is done
    with console(stderr=True).status("proving") as status:
        claims = _claims(args.targets, args.refuted)
        wanted = ("proved", "refuted") if args.refuted else ("proved",)
        rows = list(_written(claims, wanted, Path(args.out), lambda what: status.update(what)))
        if args.check:
            _check(rows, lambda what: status.update(what))
    if args.json:
        print_json({"claims": [_as_dict(row) for row in rows]})
    else:
        _print(rows)
    return 0 if all(row.state != "not certified" for row in rows) else 1


def _written(
    claims: Iterator[Found], wanted: tuple[str, ...], out: Path, progress: Callable[[str], None]
) -> Iterator[Row]:
    """A row for each claim with a wanted verdict, its file written."""
    from derivlab.certificates import NotCertifiedError, certificate_of

    taken: set[Path] = set()
    for origin, claim in claims:
        progress(f"{origin}: {claim.name}")
        verdict = _verdict(claim)
        if verdict is None or verdict.verdict not in wanted:
            continue
        row = Row(origin, claim.name, verdict.verdict)
        try:
            row.certificate = certificate_of(claim, verdict)
        except NotCertifiedError as error:
            row.reason = str(error)
        else:
            path = _free_path(out / _folder(origin), row.certificate.theorem, taken)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(row.certificate.text, encoding="utf-8")
            row.path, row.state = str(path), "written"
        yield row


def _free_path(folder: Path, name: str, taken: set[Path]) -> Path:
    """A file that no other claim of this call has."""
    path, number = folder / f"{name}.v", 1
    while path in taken:
        number += 1
        path = folder / f"{name}_{number}.v"
    taken.add(path)
    return path


def _folder(origin: str) -> str:
    return Path(origin).stem.replace("-", "_")


def _verdict(claim: Claim | Convexity) -> Verdict | None:
    from derivlab.certificates import Convexity
    from derivlab.errors import DerivlabError
    from derivlab.proof import verify, verify_convex

    try:
        if isinstance(claim, Convexity):
            return verify_convex(claim.objective, claim.by, claim.context)
        return verify(claim)
    except DerivlabError:
        return None


def _claims(targets: list[str], refuted: bool) -> Iterator[Found]:
    """Each claim of the models and documents that are named, with where it is from."""
    from derivlab.models import MODELS

    for target in dict.fromkeys(targets or MODELS):
        if target in MODELS:
            yield from _of_model(target, refuted)
        elif Path(target).suffix or Path(target).exists():
            yield from _of_document(target)
        else:
            known = ", ".join(MODELS)
            raise UsageError(f"`{target}` is neither a model ({known}) nor a file")


def _of_model(name: str, refuted: bool) -> Iterator[Found]:
    """The claims, and the wrong variants if asked for."""
    from derivlab.certificates import Convexity
    from derivlab.models import MODELS
    from derivlab.proof import Claim

    model = MODELS[name]
    for claim in model.claims:
        yield name, Claim(claim.left, claim.right, model.context, claim.name)
        for wrong in claim.wrong if refuted else ():
            yield name, Claim(claim.left, wrong.right, model.context, f"{claim.name}, {wrong.mistake}")
    for convex in (convex for convex in model.convexity if convex.holds):
        yield name, Convexity(convex.objective, convex.by, convex.context, convex.name)


def _of_document(path: str) -> Iterator[Found]:
    from dataclasses import replace

    from derivlab.certificates import Convexity
    from derivlab.notation import StatedClaim, load, read
    from derivlab.proof import Claim

    for statement in read(load(path)):
        if not isinstance(statement, StatedClaim) or statement.shape_mismatch:
            continue
        title = f"line {statement.extent.line}"
        if statement.relation == "convex" and len(statement.by) == 1:
            yield path, Convexity(statement.left, statement.by[0], statement.context, title)
        if statement.relation != "=":
            continue
        ranges = dict(statement.context.ranges) | dict(statement.indices)
        context = replace(statement.context, ranges=tuple(ranges.items()))
        yield path, Claim(statement.left, statement.right, context, title)


def _check(rows: list[Row], progress: Callable[[str], None]) -> None:
    """Let Coq check what was written."""
    from derivlab.certificates.coq import Checker

    checker = Checker(progress=progress)
    written = [row for row in rows if row.certificate is not None]
    outcomes = checker.check([row.certificate for row in written if row.certificate is not None])
    for row, outcome in zip(written, outcomes, strict=True):
        _note(row, outcome)


def _note(row: Row, outcome: Outcome) -> None:
    row.state = "certified" if outcome.accepted else "not certified"
    row.reason = "" if outcome.accepted else f"Coq: {outcome.message}"


def _as_dict(row: Row) -> dict[str, str]:
    return {
        "from": row.origin,
        "claim": row.name,
        "verdict": row.verdict,
        "file": row.path,
        "state": row.state,
        "reason": row.reason,
    }


def _print(rows: list[Row]) -> None:
    for row in rows:
        what = f"{row.origin}: {row.name}{' (refuted)' if row.verdict == 'refuted' else ''}"
        print(f"{what}: {row.state}" + (f" ({row.reason})" if row.reason else ""))
        if row.path:
            print(f"  {row.path}")
    if not rows:
        print("nothing was proved, so there is nothing to certify")
        return
    missing = sum(row.state == "not certified" for row in rows)
    verdicts = " and ".join(sorted({row.verdict for row in rows})) or "proved"
    if missing:
        print(f"{missing} of {len(rows)} {verdicts} claims not certified")
    else:
        state = "certified" if all(row.state == "certified" for row in rows) else "written"
        print(f"all {len(rows)} {verdicts} claims {state}")
