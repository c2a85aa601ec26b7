"""What README, CONTRIBUTING and CHANGELOG show is true: blocks run, paths exist, names are real.

* a `python` block runs as a program, after the blocks above it in the same document;
* in a `console` block each `$ derivlab ...` line runs and its output is the one shown (`...` stands
  for what differs from machine to machine); the `markdown` block beside it is the file `notes.md`;
* in a `bash` block each `derivlab ...` line runs, unless it takes minutes (SLOW), in which case its
  arguments must be understood; the two lines that make an environment are run by .ci/run.
"""

from __future__ import annotations

import doctest
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from derivlab import __version__
from derivlab.cli.main import COMMANDS, build_parser

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")
SLOW = {"train", "report"}
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@dataclass(frozen=True)
class Block:
    """One fenced block of a document."""

    document: str
    language: str
    text: str
    line: int

    def __str__(self) -> str:
        return f"{self.document}:{self.line}"


def blocks(language: str) -> list[Block]:
    """Every block of `language` in the documents."""
    found = []
    for document in DOCUMENTS:
        text = (ROOT / document).read_text(encoding="utf-8")
        for match in FENCE.finditer(text):
            line = text.count("\n", 0, match.start()) + 2
            found.append(Block(document, match[1], match[2], line))
    return [block for block in found if block.language == language]


def test_every_block_says_its_language() -> None:
    assert [str(block) for block in blocks("")] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_python_blocks_run(document: str, tmp_path: Path) -> None:
    program = "\n".join(block.text for block in blocks("python") if block.document == document)
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def lines_of(block: Block) -> Iterator[list[str]]:
    """The words of the `derivlab` lines of a block."""
    for line in block.text.replace("\\\n", " ").splitlines():
        if line.startswith("derivlab"):
            yield shlex.split(line.split("  #")[0].strip())[1:]


@pytest.mark.parametrize("block", [block for block in blocks("bash") if any(lines_of(block))], ids=str)
def test_bash_lines_run(block: Block, derivlab: Run, tmp_path: Path) -> None:
    """One after the other in a folder with a submission of a student."""
    (tmp_path / "submissions").mkdir()
    (tmp_path / "submissions" / "ada.md").write_text("## 3a\n$$z_i$$\n", encoding="utf-8")
    for words in lines_of(block):
        if words[0] in SLOW:
            parser, _ = build_parser([words[0]])
            parser.parse_args(words)
        else:
            done = derivlab(*words, cwd=tmp_path)
            assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("block", blocks("console"), ids=str)
def test_console_blocks_show_what_is_printed(block: Block, derivlab: Run, tmp_path: Path) -> None:
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    for notes in blocks("markdown"):
        (tmp_path / "notes.md").write_text(notes.text, encoding="utf-8")
    for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        line, _, shown = part.partition("\n")
        done = derivlab(*shlex.split(line)[1:], cwd=tmp_path)
        printed = done.stdout + done.stderr
        assert doctest.OutputChecker().check_output(shown, printed, flags), f"$ {line}\n{printed}"


def test_there_is_at_most_one_notes_md() -> None:
    assert len(blocks("markdown")) <= 1


def test_readme_has_its_two_lines() -> None:
    lines = [
        line for line in (ROOT / "README.md").read_text(encoding="utf-8").splitlines() if "-m venv" in line
    ]
    assert len(lines) == 2
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    for line in lines:
        assert "-c constraints.txt" in line
        asked = re.search(r"\.\[([\w,]+)\]", line)
        assert asked is not None
        assert set(asked[1].split(",")) <= set(extras)
    assert "report" in lines[0]
    assert "pytest" in lines[1]


def test_readme_names_every_command() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [name for name in COMMANDS if f"derivlab {name}" not in text] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_and_paths_exist(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#]+)", text) if "://" not in link]
    paths = re.findall(r"`((?:derivlab|tests|proofs|\.ci)/[\w./-]*)`", text)
    assert [path for path in [*links, *paths] if not (ROOT / path).exists()] == []


def test_changelog_knows_the_version() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert "## [Unreleased]" in text or f"## [{__version__}]" in text


def test_constraints_pin_every_declared_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = [*project["dependencies"]]
    for extra in ("pdf", "fast", "tensorboard", "notebook", "dask", "test", "dev"):
        asked += project["optional-dependencies"][extra]
    asked = [line for line in asked if not line.startswith("derivlab[")]
    pinned = {
        normal(line.split("==")[0])
        for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines()
        if "==" in line
    }
    assert {normal(re.split(r"[<>=~]", line)[0]) for line in asked} - pinned == set()


def test_every_dependency_is_used() -> None:
    """By an import somewhere in derivlab/; what nobody imports is not asked of a user."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    module = {"python-flint": "flint", "markdown-it-py": "markdown_it"}
    names = {normal(re.split(r"[<>=~]", line)[0]) for line in project["dependencies"]}
    source = "\n".join(path.read_text("utf-8") for path in (ROOT / "derivlab").rglob("*.py"))
    unused = [
        name
        for name in sorted(names)
        if not re.search(rf"^\s*(import|from) {module.get(name, name)}\b", source, re.MULTILINE)
    ]
    assert unused == []


def normal(name: str) -> str:
    """A distribution's name in its canonical spelling."""
    return re.sub(r"[-_.]+", "-", name).lower()
