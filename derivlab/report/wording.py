"""The sentences and headings that both documents show, LaTeX and HTML, each written once."""

from __future__ import annotations

from collections.abc import Mapping

from derivlab.report.tex import Tex

TITLE = "Gradients, proved and put to work"
SUBTITLE = "Derived step by step, proved for all sizes, checked against autograd, trained on MNIST"
VERDICTS = Tex(
    r"\emph{Proved} means: true for every size of every dimension and for every value of the declared domain "
    r"at which both sides are defined. \emph{Refuted} means: false, with a concrete counterexample at which "
    r"both sides differ. The \emph{error} is the largest difference between the derived formula and torch "
    r"autograd in double precision, relative to the largest entry, over random inputs of several sizes and "
    r"scales."
)
CHECKED = Tex(
    r"Each equals sign was decided by itself. \emph{Proved} means: true for every size and every value at "
    r"which both sides are defined. \emph{Refuted} means: false, with values at which both sides differ. "
    r"\emph{Undecided} and \emph{unreadable} mean neither right nor wrong."
)
CONTROLS = "Each of these wrong variants must be refuted: a checker that lets one pass proves nothing."
CONTROLS_HEAD = "Negative controls"
CONTROLS_COLUMNS = ("Wrong variant", "Verdict", Tex(r"Counterexample: left $\neq$ right"))
CLAIMS_HEAD = "Verdicts"
CLAIMS_COLUMNS = ("Statement", "Verdict", "Evidence")
SUMMARY_COLUMNS = ("Model", "statements", "wrong variants", "in Coq", "autograd error")
ACCURACY_HEAD = "Accuracy at large logits"
ACCURACY = Tex(
    r"The gradient in single precision, against exact values from ball arithmetic: the largest distance of "
    r"any entry, in units in the last place. \emph{Naive} is the formula as it stands above, \emph{derived} "
    r"the same formula as derivlab compiles it, \emph{rounded once} that one with double precision inside. A "
    r"difference of nearly equal numbers loses digits in single precision, however it is written. \emph{No "
    r"digit} means that not even the first digit is right."
)
ACCURACY_COLUMNS = ("Logits of", "derived", "rounded once", "torch", "naive")
GIVEN, ASSUMED, DEFINED = "Given", "Assumed", "Defined"
MATRIX_FORM = "or, without indices,"

NETWORK = "A network trained with these gradients"
ARCHITECTURE = "Architecture"
LAYER_COLUMNS = ("Layer", "computes", "inputs", "outputs", "parameters")
TRAINING = "Training"
MISTAKES = "What it gets right, and what it misreads"
CONFUSION = (
    "Confusion matrix of the test images: the row is the true digit, the column is what the network reads. "
    "The darker a cell, the more images; the last column is the share of each digit that is read rightly."
)
REPRODUCIBILITY = "Reproducibility"
MACHINE = "Versions and machine:"
CHECKSUMS = "SHA-256 of the unpacked data files:"


def summary(tally: Mapping[str, int]) -> Tex:
    """The first sentence of the report, from how many statements got which verdict."""
    false = tally["false"]
    aside = f" ({false} false on purpose, and refuted)" if false else ""
    return Tex(
        r"The gradients below are derived step by step, proved for \emph{all} sizes at once and compared "
        f"with torch autograd. Of {tally['statements']} statements {tally['proved']} are proved{aside}; of "
        f"{tally['controls']} deliberately wrong variants {tally['refuted']} are refuted."
    )


def command(line: str) -> Tex:
    """How the report came about."""
    from derivlab.report.tex import escape

    return Tex(rf"This report was written by \texttt{{{escape(line)}}} with these versions, on this machine:")
