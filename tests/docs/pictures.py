"""reports/pictures/*.svg: what `verify` and `check` print in a terminal of 80 columns.

`python -m tests.docs.pictures` takes them anew.
"""

from __future__ import annotations

import io
import os
import pty
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "reports" / "pictures"
COLUMNS = 80
COMMANDS = {
    "verify": ("derivlab", "verify", "softmax"),
    "check": ("derivlab", "check", "notes.md"),
}
THEME = TerminalTheme(
    (255, 255, 255),
    (36, 41, 47),
    [(36, 41, 47), (180, 30, 30), (20, 110, 45), (140, 90, 0), (20, 80, 170), (120, 50, 150), (0, 105, 115),
     (90, 99, 110)],
)  # fmt: skip
# Rich's own form fetches its font from the network; a picture must not.
FORM = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<title>TITLE</title>
<style>
.{unique_id}-matrix {{ font-family: Menlo, Consolas, "DejaVu Sans Mono", monospace;
  font-size: {char_height}px; line-height: {line_height}px; font-variant-east-asian: full-width; }}
.{unique_id}-title {{ font-size: 18px; font-weight: bold; font-family: sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def notes() -> str:
    """The notes that README shows."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return re.findall(r"^```markdown\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)[0]


def printed(words: tuple[str, ...], folder: Path, **environment: str) -> str:
    """What a command writes to a terminal, escapes for colours included."""
    (folder / "notes.md").write_text(notes(), encoding="utf-8")
    ours, theirs = pty.openpty()
    plain = {"COLUMNS": str(COLUMNS), "TERM": "xterm-256color", "PYTHONPATH": str(ROOT)}
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR")}
    process = subprocess.Popen(
        [sys.executable, "-m", *words],
        cwd=folder,
        env={**kept, "XDG_CACHE_HOME": str(folder), **plain, **environment},
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=subprocess.DEVNULL,
    )
    os.close(theirs)
    with os.fdopen(ours, "rb") as terminal:
        written = b"".join(iter(lambda: _chunk(terminal), b""))
    process.wait()
    return written.decode("utf-8").replace("\r\n", "\n")


def _chunk(terminal: io.BufferedReader) -> bytes:
    """What is there to read; a terminal whose other side is closed raises on Linux."""
    try:
        return terminal.read1(65536)
    except OSError:
        return b""


def picture(words: tuple[str, ...], text: str) -> str:
    """Terminal output as SVG."""
    console = Console(
        record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True, highlight=False, emoji=False
    )
    console.print(Text.from_ansi(f"$ {' '.join(words)}\n{text.rstrip()}"))
    title = " ".join(words)
    form = FORM.replace("TITLE", title)
    return console.export_svg(title=title, theme=THEME, code_format=form, unique_id=words[1])


def shown(svg: str) -> str:
    """The words of a picture, without what differs from machine to machine: times, rounding errors."""
    words = re.findall(r">([^<>]+)</text>", svg)
    text = " ".join(words).replace("&#160;", " ").replace("\xa0", " ")
    return " ".join(re.sub(r"\d+ ms|\de-\d\d", "...", text).split())


def main() -> None:
    DOCS.mkdir(exist_ok=True)
    for name, words in COMMANDS.items():
        with tempfile.TemporaryDirectory() as folder:
            svg = picture(words, printed(words, Path(folder)))
        (DOCS / f"{name}.svg").write_text(svg, encoding="utf-8")
        sys.stdout.write(f"reports/pictures/{name}.svg\n")


if __name__ == "__main__":
    main()
