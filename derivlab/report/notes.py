"""The report of one's own derivations: each step as it was written, its verdict, what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from derivlab.notation import StatedClaim
from derivlab.notation.rawtokens import Macro, read_macros
from derivlab.report import wording
from derivlab.report.authored import authored, lines, message, verbatim
from derivlab.report.check import CheckedFile, Summary, check_file
from derivlab.report.check.advice import Telling, facts_of
from derivlab.report.check.html_form import claims_of, document, key_of
from derivlab.report.check.judge import VERDICTS, Checked
from derivlab.report.check.witness import Evidence
from derivlab.report.document import environment_of_latex, frame
from derivlab.report.engine import Engine
from derivlab.report.environment import environment
from derivlab.report.names import symbol_name
from derivlab.report.phrases import declarations, equation, inline, listing, named_value
from derivlab.report.sentences import sentence
from derivlab.report.tex import Tex, escape
from derivlab.report.typesetting import TypesettingError, source_date, typeset
from derivlab.report.views import STEP_WIDTH, definitions_view
from derivlab.report.write import keep_what_failed, save_files, writable_folder
from derivlab.symbols import Context

SHOWN_RELATIONS = {
    "=": "=", "≤": r"\leq", "≥": r"\geq", "<": "<", ">": ">", "≠": r"\neq", "⪰": r"\succeq", "≻": r"\succ",
    "⪯": r"\preceq", "≺": r"\prec", "≡": r"\equiv",
}  # fmt: skip
TITLE = "Derivations, checked"
Tell = Callable[[str], None]


def notes_report(
    paths: Sequence[str],
    folder: Path,
    *,
    title: str = "",
    engine: Engine | None = None,
    scheme: str | None = None,
    paper: str = "a4",
    tell: Tell = lambda what: None,
) -> tuple[list[Path], bool, tuple[str, ...]]:
    """Check the files and write `report.tex`, with an engine `report.pdf`, with a scheme `report.html`.

    Returns what was written, whether every claim is proved, and what to tell of it in a few lines.

    Raises:
        UsageError: the folder cannot be written.
        TypesettingError: LaTeX failed.
    """
    folder, epoch, summary = writable_folder(folder), source_date(), Summary()
    files = [_checked(path, summary, tell) for path in paths]
    out: dict[str, bytes] = {}
    if scheme is not None:
        out["report.html"] = document(files, summary, title=title, scheme=scheme).encode("utf-8")
    tell("writing the report")
    source = render_notes(files, summary, title=title, epoch=epoch, paper=paper)
    out["report.tex"] = source.encode("utf-8")
    if engine is not None:
        try:
            out["report.pdf"] = typeset(source, {}, engine, epoch=epoch).pdf
        except TypesettingError as error:
            keep_what_failed(folder, out, error)
            raise TypesettingError(f"{error}; {folder} has report.tex and report.log", error.log) from error
    counts = summary.counts
    problems = tuple(file.problem for file in files if file.problem)
    told = ", ".join(f"{count} {verdict}" for verdict, count in counts.items() if count)
    holds = counts["proved"] == sum(counts.values()) and not problems
    return save_files(folder, dict(sorted(out.items()))), holds, (*problems, told or "no equation was found")


def _checked(path: str, summary: Summary, tell: Tell) -> CheckedFile:
    source, found, problem = check_file(path)
    checked = []
    for one in found:
        tell(f"{path}: line {one.extent.line}")
        if one.kind == "claim":
            summary.add(one.verdict)
        checked.append(one)
    return CheckedFile(path, tuple(checked), source, problem)


def render_notes(
    files: Sequence[CheckedFile], summary: Summary, *, title: str = "", epoch: int, paper: str = "a4"
) -> str:
    """The LaTeX source of the report on checked files; every character of theirs is printed or escaped."""
    template = environment_of_latex().get_template("notes.tex.j2")
    return str(
        template.render(
            **frame(paper, epoch),
            title=title or TITLE,
            counts=[(Tex(rf"\{verdict}"), summary.counts[verdict]) for verdict in VERDICTS],
            files=[_file_view(file) for file in files],
            environment=environment(machine=False),
            words=wording,
        )
    )


def _file_view(file: CheckedFile) -> dict[str, Any]:
    view: dict[str, Any] = {"name": Path(file.path).name, "problem": file.problem, "steps": []}
    view |= {"variables": "", "assumptions": "", "definitions": ""}
    if file.source is None:
        return view
    claims, macros = claims_of(file.source), read_macros(file.source.text)
    contexts = [claim.context for claim in claims.values()]
    if contexts:
        view |= _known(contexts[-1])
    view["steps"] = list(_steps(file.checked, claims, macros))
    return view


def _known(context: Context) -> dict[str, Any]:
    """What the file declares, assumes and defines, as it stands at its end."""
    made = {name for one in context.inverses for name in (one.name, one.of if one.value else one.name)}
    kept = (v for v in context.variables if not v.name.startswith("_") and v.name not in made)
    assumed = [inline(equation(*pair, context)) for pair in context.assumptions]
    inverses = [context.variable(one.name) for one in context.inverses]
    assumed += [Tex(rf"{inline(symbol_name(one.name, one.latex))} exists") for one in inverses]
    return {
        "variables": declarations(replace(context, variables=tuple(kept))),
        "assumptions": Tex(", ".join(assumed)),
        "definitions": definitions_view(context),
    }


def _steps(
    checked: Sequence[Checked], claims: Mapping[Any, StatedClaim], macros: Mapping[str, Macro]
) -> Iterator[dict[str, Any]]:
    number, chain = 0, 0
    for one in checked:
        if one.kind != "claim":
            continue
        number += 1
        claim = claims.get(key_of(one))
        goes_on = claim is not None and claim.chain > 0 and claim.chain == chain
        chain = claim.chain if claim is not None else 0
        yield {
            "number": number,
            "formula": _formula(one, claim, macros, goes_on=goes_on),
            "verdict": Tex(rf"\{one.verdict}"),
            "told": listing(_told(one, claim.context if claim is not None else Context())),
        }


def _formula(one: Checked, claim: StatedClaim | None, macros: Mapping[str, Macro], *, goes_on: bool) -> Tex:
    """The claim as its author wrote it; without its first side if that stands in the line above."""
    sign = SHOWN_RELATIONS.get(one.relation)
    left, right = authored(one.left, macros), authored(one.right, macros)
    if sign is not None and left is not None and right is not None:
        return lines(Tex(f"{sign} {right}" if goes_on else f"{left} {sign} {right}"), STEP_WIDTH)
    if claim is not None and claim.relation == "=" and not claim.shape_mismatch:
        return equation(claim.left, claim.right, claim.context, STEP_WIDTH)
    source = one.extent.source.text[one.extent.start : one.extent.end]
    return verbatim(source)


def _told(one: Checked, context: Context) -> Iterator[Tex]:
    """Where it stands, why it is not proved, the likely mistake, and what it rests on."""
    yield Tex(f"line {one.extent.line}")
    if one.evidence is not None and (one.evidence.left or one.evidence.values):
        yield _witness(one.evidence, context)
    elif one.verdict != "proved" and one.reason:
        yield sentence(one.reason, context)
    if one.hint:
        yield message(f"write: {one.hint}")
    for label, text in facts_of(one, Telling()):
        yield Tex(rf"\emph{{{escape(label)}}}: {message(text)}")
    if one.side_conditions:
        yield Tex(f"where {listing(sentence(part, context) for part in one.side_conditions)}")


def _witness(found: Evidence, context: Context) -> Tex:
    """Where both sides differ, and what they are there."""
    values = {**found.sizes, **found.indices, **found.values}
    where = ", ".join(named_value(name, _plain(value), context) for name, value in values.items())
    sides = rf"left {escape(found.left)}, right {escape(found.right)}" if found.left else ""
    return Tex(f"at {where}: {sides}" if sides else f"at {where}")


def _plain(value: Any) -> str:
    return f"({', '.join(map(_plain, value))})" if isinstance(value, list) else str(value)
