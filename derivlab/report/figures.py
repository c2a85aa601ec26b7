"""The figures that matplotlib draws: one style, vector, readable in grey and by colour-blind readers."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from derivlab.report import palette
from derivlab.report.content import Curves, Digit

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TEXT_WIDTH = 6.27
STYLE: dict[str, Any] = {
    "font.family": "serif",
    "font.serif": ["cmr10", "DejaVu Serif"],
    "mathtext.fontset": "cm",
    "axes.formatter.use_mathtext": True,
    "axes.unicode_minus": False,
    "font.size": 9,
    "axes.labelsize": 9,
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.6,
    "axes.edgecolor": f"#{palette.INK}",
    "axes.labelcolor": f"#{palette.INK}",
    "text.color": f"#{palette.INK}",
    "xtick.color": f"#{palette.INK}",
    "ytick.color": f"#{palette.INK}",
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.minor.width": 0.4,
    "ytick.minor.width": 0.4,
    "lines.linewidth": 1.3,
    "pdf.fonttype": 42,
    "svg.fonttype": "path",
    "svg.hashsalt": "derivlab",
}


@contextmanager
def figure(width: float, height: float) -> Iterator[Figure]:
    """A figure of `width` × `height` inches in the report's style; no state of pyplot is touched."""
    import matplotlib as mpl
    from matplotlib.figure import Figure as NewFigure

    with mpl.rc_context({**mpl.rcParamsDefault, **STYLE, "backend": mpl.rcParams["backend"]}):
        yield NewFigure(figsize=(width, height), layout="constrained")


def save(fig: Figure, form: str = "pdf") -> bytes:
    """The figure as bytes; without dates, so that the same figure gives the same bytes."""
    # the old fonts of TeX carry dates of 1970, which fontTools finds worth a warning each
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    target = io.BytesIO()
    metadata = {"CreationDate": None} if form == "pdf" else {"Date": None} if form == "svg" else {}
    fig.savefig(target, format=form, metadata=metadata, dpi=200)
    return target.getvalue()


def smooth(values: Sequence[float], window: int) -> NDArray[np.float64]:
    """The centred moving mean; at the ends over what is there.

    >>> smooth([1.0, 2.0, 6.0], 3).tolist()
    [1.5, 3.0, 4.0]
    """
    data = np.asarray(values, dtype=float)
    half = max(0, window // 2)
    sums = np.concatenate([[0.0], np.cumsum(data)])
    low = np.maximum(np.arange(data.size) - half, 0)
    high = np.minimum(np.arange(data.size) + half + 1, data.size)
    means: NDArray[np.float64] = (sums[high] - sums[low]) / (high - low)
    return means


def loss_figure(curves: Curves, form: str = "pdf") -> bytes:
    """Training loss (raw and smoothed) and test loss against iterations, the test minimum marked."""
    with figure(TEXT_WIDTH, 2.9) as fig:
        axes = fig.subplots()
        _draw_losses(axes, curves)
        return save(fig, form)


def _draw_losses(axes: Axes, curves: Curves) -> None:
    train = np.asarray(curves.train_loss, dtype=float)
    smoothed = smooth(curves.train_loss, max(3, train.size // 40))
    axes.plot(curves.train_iterations, train, color=f"#{palette.BLUE}", alpha=0.22, linewidth=0.6)
    axes.plot(curves.train_iterations, smoothed, color=f"#{palette.BLUE}")
    axes.plot(
        curves.test_iterations, curves.test_loss, color=f"#{palette.VERMILLION}", linestyle=(0, (4, 1.5))
    )
    axes.set_yscale("log")
    _label_decades(axes)
    axes.set_xlabel("iteration")
    axes.set_ylabel("cross-entropy (nats)")
    end = max(curves.train_iterations[-1], curves.test_iterations[-1])
    axes.set_xlim(0, end * 1.17)
    axes.set_xticks([tick for tick in axes.get_xticks() if tick <= end])
    axes.grid(axis="y", which="major", color=f"#{palette.FAINT}", linewidth=0.5)
    axes.set_axisbelow(True)
    _label_ends(
        axes,
        end,
        [
            ("training", float(smoothed[-1]), palette.BLUE),
            ("test", float(curves.test_loss[-1]), palette.VERMILLION),
        ],
    )
    _mark_minimum(axes, curves)


def _label_decades(axes: Axes) -> None:
    """Plain numbers at 1, 2 and 5 of each decade; a range of less than one would else have one label."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    axes.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.yaxis.set_minor_formatter(NullFormatter())


def _label_ends(axes: Axes, end: float, labels: list[tuple[str, float, str]]) -> None:
    """Names beside the ends of the lines, pushed apart where they would overlap (on the log axis)."""
    labels = sorted(labels, key=lambda entry: entry[1])
    levels = [np.log10(value) for _, value, _ in labels]
    low, high = np.log10(axes.get_ylim())
    apart = 0.075 * (high - low)
    for position in range(1, len(levels)):
        short = apart - (levels[position] - levels[position - 1])
        if short > 0:
            levels[position] += short
    for (name, _, colour), level in zip(labels, levels, strict=True):
        axes.annotate(name, (end * 1.015, 10**level), color=f"#{colour}", va="center", fontsize=9)


def _mark_minimum(axes: Axes, curves: Curves) -> None:
    best = int(np.argmin(curves.test_loss))
    x, y = curves.test_iterations[best], curves.test_loss[best]
    axes.plot([x], [y], marker="o", markersize=4.5, color=f"#{palette.VERMILLION}", markerfacecolor="white")
    axes.annotate(
        f"lowest test loss\n{y:.4f} at iteration {x}",
        (x, y),
        xytext=(-12, 34),
        textcoords="offset points",
        ha="right",
        fontsize=8,
        color=f"#{palette.VERMILLION}",
        arrowprops={"arrowstyle": "-", "color": f"#{palette.VERMILLION}", "linewidth": 0.6},
    )


# A digit's cell is one unit wide: a line of text, then the 28 pixels of the image with margins.
CELL_PIXELS, MARGIN_PIXELS, ROW_PIXELS = 32, 2, 39
ROW_HEIGHT = ROW_PIXELS / CELL_PIXELS


def digits_figure(
    digits: Sequence[Digit], form: str = "pdf", columns: int = 10, *, dark: bool = False
) -> bytes:
    """A sheet of misread digits, each with what it is and what was read; white on black if `dark`."""
    rows = max(1, -(-len(digits) // columns))
    with figure(TEXT_WIDTH, TEXT_WIDTH / columns * ROW_HEIGHT * rows) as fig:
        fig.set_layout_engine("none")
        axes = fig.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        axes.set_xlim(0, columns)
        axes.set_ylim(rows * ROW_HEIGHT, 0)
        sheet = np.zeros((rows * ROW_PIXELS, columns * CELL_PIXELS))
        for number, digit in enumerate(digits):
            row, column = divmod(number, columns)
            top = row * ROW_PIXELS + ROW_PIXELS - CELL_PIXELS + MARGIN_PIXELS
            left = column * CELL_PIXELS + MARGIN_PIXELS
            sheet[top : top + digit.pixels.shape[0], left : left + digit.pixels.shape[1]] = digit.pixels
            caption = rf"{digit.label} $\to$ {digit.predicted}"
            axes.text(column + 0.5, row * ROW_HEIGHT + 0.2, caption, ha="center", va="baseline", fontsize=8)
        extent = (0, columns, rows * ROW_HEIGHT, 0)
        axes.imshow(
            sheet,
            cmap="gray" if dark else "gray_r",
            vmin=0,
            vmax=1,
            interpolation="nearest",
            extent=extent,
            aspect="auto",
        )
        return save(fig, form)
