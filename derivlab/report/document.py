"""From content to LaTeX source: fills the templates; every value is escaped unless it is `Tex`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sympy import Expr, Indexed

from derivlab.report import palette
from derivlab.report.breaking import width
from derivlab.report.content import ClaimRow, Derivation, ModelSection, ReportContent
from derivlab.report.graph.layout import place
from derivlab.report.graph.model import Graph
from derivlab.report.graph.tikz import STYLES, tikz
from derivlab.report.matrixform import matrix_form
from derivlab.report.names import symbol_name
from derivlab.report.networkview import network_view
from derivlab.report.phrases import (
    continued,
    decimal,
    declarations,
    duration,
    equation,
    inline,
    listing,
    named_value,
    prose,
    scientific,
)
from derivlab.report.printer import latex
from derivlab.report.sentences import sentence
from derivlab.report.tex import Tex, as_tex, escape
from derivlab.symbols import Context, Definition, Partial, Variable, head_name

# Room for formulas in em of their own size: beside a rule, in a table, on a line of their own.
STEP_WIDTH, CLAIM_WIDTH, CLOSED_WIDTH, DISPLAY_WIDTH = 24.5, 25.0, 34.0, 38.0
# The width of the text, and how much wider a picture may be before it is turned.
TEXT_POINTS, WIDEST_UPRIGHT = 452.0, 1.3
PAPERS = {"a4": "a4paper", "letter": "letterpaper"}
_VERDICTS = {"proved": Tex(r"\proved"), "refuted": Tex(r"\refuted"), "undecided": Tex(r"\undecided")}


def render(content: ReportContent, *, epoch: int, paper: str = "a4") -> str:
    """The LaTeX source of the whole report, dated with `epoch` (seconds since 1970)."""
    from derivlab import __version__

    template = _environment().get_template("report.tex.j2")
    date = datetime.fromtimestamp(epoch, UTC)
    return template.render(
        paper=Tex(PAPERS[paper]),
        title=content.title,
        subtitle=content.subtitle,
        date=f"{date.day} {date:%B %Y}",
        creator=f"derivlab {__version__}",
        colours=[(Tex(name), Tex(value)) for name, value in palette.latex_colours()],
        graph_styles=STYLES,
        summary=_summary(content),
        models=[_model(section) for section in content.models],
        network=None if content.network is None else network_view(content.network, picture),
        environment=content.environment,
        checksums=content.checksums,
        command=content.command,
    )


def _environment() -> Any:
    """Jinja with delimiters that LaTeX does not use; what is not `Tex` is escaped on its way out."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("derivlab.report", "templates"),
        block_start_string="<%",
        block_end_string="%>",
        variable_start_string="<<",
        variable_end_string=">>",
        comment_start_string="<#",
        comment_end_string="#>",
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
        autoescape=False,
        finalize=as_tex,
    )


def picture(graph: Graph) -> dict[str, Tex]:
    """A graph as the templates want it: the TikZ picture and its caption."""
    layout = place(graph)
    drawn = tikz(graph, layout)
    wide = _fitted(drawn, layout.width)
    return {"picture": wide, "caption": as_tex(graph.caption)}


def _fitted(drawn: Tex, width_in_points: float) -> Tex:
    """A picture no wider than the text; one that would become too small to read is turned."""
    if width_in_points <= TEXT_POINTS:
        return drawn
    if width_in_points <= WIDEST_UPRIGHT * TEXT_POINTS:
        return Tex(f"\\resizebox{{\\linewidth}}{{!}}{{%\n{drawn}}}")
    return Tex(f"\\rotatebox{{90}}{{\\resizebox{{0.9\\textheight}}{{!}}{{%\n{drawn}}}}}")


def _summary(content: ReportContent) -> dict[str, Any]:
    rows = [
        {
            "label": Tex(_label(section.name)),
            "title": section.title,
            "proved": _count(section.statements),
            "refuted": _count(section.controls),
            "error": scientific(section.worst_error),
        }
        for section in content.models
    ]
    return {"rows": rows, "sentence": _sentence(content), "network": _network_sentence(content)}


def _label(name: str) -> str:
    return "".join(letter for letter in name if letter.isascii() and letter.isalnum())


def _count(rows: tuple[ClaimRow, ...]) -> Tex:
    """How many rows got the verdict that they should; a shortfall stands out."""
    if not rows:
        return Tex("--")
    good = sum(row.holds for row in rows)
    text = f"{good} of {len(rows)}"
    return Tex(text) if good == len(rows) else Tex(rf"\textcolor{{dlvermillion}}{{\textbf{{{text}}}}}")


def _sentence(content: ReportContent) -> Tex:
    claims = [row for section in content.models for row in section.statements]
    controls = [row for section in content.models for row in section.controls]
    proved = sum(row.verdict == "proved" for row in claims)
    false = sum(row.expected == "refuted" for row in claims)
    refuted = sum(row.holds for row in controls)
    aside = rf" ({false} false on purpose, and refuted)" if false else ""
    return Tex(
        r"The gradients below are derived step by step, proved for \emph{all} sizes at once and "
        r"compared with torch "
        rf"autograd. Of {len(claims)} statements {proved} are proved{aside}; of {len(controls)} "
        rf"deliberately wrong "
        rf"variants {refuted} are refuted."
    )


def _network_sentence(content: ReportContent) -> Tex | None:
    network = content.network
    if network is None:
        return None
    sizes = "--".join(map(str, network.sizes))
    return Tex(
        rf"A network {sizes}, trained on MNIST with these gradients and without automatic "
        rf"differentiation, reads "
        rf"\textbf{{{100 * network.test_accuracy:.2f}\,\%}} of the test images rightly "
        r"(Section~\ref{sec:network})."
    )


def _model(section: ModelSection) -> Mapping[str, Any]:
    return {
        "label": Tex(_label(section.name)),
        "title": section.title,
        "summary": sentence(section.summary, section.context),
        "variables": declarations(section.context),
        "definitions": _definitions(section),
        "assumptions": _assumptions(section),
        "derivations": [_derivation(derivation) for derivation in section.derivations],
        "remarks": [{"heading": remark.heading, "text": prose(remark)} for remark in section.remarks],
        "graph": None if section.graph is None else picture(section.graph),
        "checked": _checked(section),
        "claims": [_claim(row) for row in section.statements],
        "controls": [_claim(row) for row in section.controls],
    }


def _checked(section: ModelSection) -> Tex:
    """That the steps themselves were proved."""
    if not section.steps:
        return Tex("")
    return Tex(
        "Each step of a derivation is an equation of its own, and was proved by itself "
        f"({section.steps_proved} of {section.steps})."
    )


def _definitions(section: ModelSection) -> Tex:
    """Definitions and objective, aligned at their equals signs, and σ where it is used."""
    context = section.context
    lines = [_definition_line(entry.head, entry.body, context) for entry in context.definitions]
    if any(r"\sigma(" in line or r"\sigma\left(" in line for line in lines):
        lines.append(r"\sigma(t) &= \frac{1}{1 + e^{-t}}")
    return Tex(" \\\\\n".join(lines))


def _definition_line(head: Expr, body: Expr, context: Context) -> str:
    left, right = latex(head, context), latex(body, context)
    if width(f"{left} = {right}") > DISPLAY_WIDTH:
        return rf"& {equation(head, body, context, DISPLAY_WIDTH)}"
    return f"{left} &= {right}"


def _assumptions(section: ModelSection) -> Tex:
    return Tex(", ".join(inline(equation(*pair, section.context)) for pair in section.context.assumptions))


def _derivation(derivation: Derivation) -> dict[str, Any]:
    context = derivation.context
    target = Partial(derivation.objective, derivation.by)
    over, by = latex(derivation.objective, context), latex(derivation.by, context)
    symbol = inline(Tex(rf"\partial {over} / \partial {by}"))
    plain = f"{head_name(derivation.objective)} by {head_name(derivation.by)}"
    kind = "Lemma: the derivative" if derivation.lemma else "The derivative"
    if not derivation.lemma and not isinstance(derivation.objective, Indexed):
        kind = "The gradient"
    return {
        "heading": Tex(rf"\texorpdfstring{{{kind} {symbol}}}{{{kind} of {escape(plain)}}}"),
        "lemma": derivation.lemma,
        "steps": _steps(derivation),
        "closed_form": equation(target, derivation.closed_form, context, CLOSED_WIDTH),
        "matrix_form": _matrix_form(derivation),
    }


def _matrix_form(derivation: Derivation) -> Tex | None:
    """The same without indices, where matrices can say it."""
    if not derivation.indices or derivation.lemma:
        return None
    context = derivation.context
    array = matrix_form(derivation.closed_form, derivation.indices, context)
    if array is None:
        return None
    names = [symbol_name(name, entry.latex) for name, entry in _heads(derivation)]
    return Tex(rf"\frac{{\partial {names[0]}}}{{\partial {names[1]}}} = {array}")


def _heads(derivation: Derivation) -> list[tuple[str, Variable | Definition]]:
    names = [head_name(derivation.objective), head_name(derivation.by)]
    return [(name, entry) for name in names if (entry := derivation.context.lookup(name)) is not None]


def _steps(derivation: Derivation) -> list[dict[str, Any]]:
    """The numbered steps; a step that begins where the last one ended goes on with `=`."""
    steps, last, context = [], None, derivation.context
    for number, step in enumerate(derivation.steps, start=1):
        formula = (
            continued(step.after, context, STEP_WIDTH)
            if step.before == last
            else equation(step.before, step.after, context, STEP_WIDTH)
        )
        reason = sentence(step.reason, context)
        statement = rf" ${step.statement}$" if step.statement else ""
        steps.append(
            {
                "number": number,
                "formula": formula,
                "rule": step.rule,
                "reason": Tex(f"{reason}{statement}"),
            }
        )
        last = step.after
    return steps


def _claim(row: ClaimRow) -> dict[str, Any]:
    formula = ""
    if row.left is not None:
        shown = equation(row.left, row.right, row.context, CLAIM_WIDTH)
        formula = Tex(rf"\fitted{{\linewidth}}{{{shown}}}")
    verdict = _VERDICTS[row.verdict]
    return {
        "name": sentence(row.name[:1].upper() + row.name[1:], row.context),
        "formula": formula,
        "verdict": verdict if row.holds else Tex(rf"{verdict} \unexpected"),
        "evidence": listing(_evidence(row)),
    }


def _evidence(row: ClaimRow) -> list[Tex]:
    """What a verdict rests on: sizes, conditions, certificate, counterexample, agreement, time."""
    parts: list[Tex] = []
    if row.verdict == "proved" and row.sizes:
        parts.append(Tex(f"for all {inline(Tex(', '.join(symbol_name(name) for name in row.sizes)))}"))
    parts += [sentence(part, row.context) for part in row.certificate]
    if row.side_conditions:
        parts.append(Tex(f"where {listing(sentence(part, row.context) for part in row.side_conditions)}"))
    if row.reason:
        parts.append(sentence(row.reason, row.context))
    if row.error is not None:
        parts.append(Tex(f"autograd {scientific(row.error)}"))
    if row.seconds is not None:
        parts.append(duration(row.seconds))
    if row.counterexample is not None:
        parts.append(_counterexample(row))
    return parts


def _counterexample(row: ClaimRow) -> Tex:
    """Both sides, and small below them where."""
    found = row.counterexample
    assert found is not None
    where = ", ".join(named_value(name, value, row.context) for name, value in found.values)
    # of a claim that is no equation but convexity, the left side is the curvature along v
    shown = rf"v^{{\top}} H v = {decimal(found.left)} < 0"
    if row.left is not None:
        shown = rf"{decimal(found.left)} \neq {decimal(found.right)}"
    return Tex(rf"${shown}$\newline{{\scriptsize\color{{dlgrey}}{where}\par}}")
