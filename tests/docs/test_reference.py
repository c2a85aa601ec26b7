"""Every public name, command and option is documented, and the documentation is the code's."""

from __future__ import annotations

import argparse
import doctest
import inspect
import shlex

import pytest

import derivlab
from derivlab.cli.main import COMMANDS, build_parser, load
from tests.docs.reference import DATA, REFERENCE, actions, reference

PARSER, PARSERS = build_parser(list(COMMANDS))
CALLABLES = [name for name in derivlab.__all__ if name not in DATA]


def test_the_reference_is_the_codes() -> None:
    """`python -m tests.docs.reference` writes it anew."""
    assert REFERENCE.read_text(encoding="utf-8") == reference()


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_says_what_it_does(command: str) -> None:
    silent = [action.dest for action in actions(PARSERS[command]) if not action.help]
    assert silent == []


@pytest.mark.parametrize("command", COMMANDS)
def test_the_example_of_a_command_is_understood(command: str) -> None:
    for line in load(command).EXAMPLE.split("&&"):
        program, *words = shlex.split(line)
        assert program == "derivlab"
        PARSER.parse_args(words)
    assert f"derivlab {command}" in load(command).EXAMPLE


@pytest.mark.parametrize("name", CALLABLES)
def test_every_public_name_has_an_example_that_runs(name: str) -> None:
    value = getattr(derivlab, name)
    text = inspect.getdoc(value) or ""
    parsed = doctest.DocTestParser().get_doctest(text, {}, name, None, 0)
    assert parsed.examples, f"{name} has no example"


def test_the_reference_names_all_of_it() -> None:
    """Apart from how it is generated: the words are on the page."""
    text = REFERENCE.read_text(encoding="utf-8")
    assert [name for name in derivlab.__all__ if f"### `{name}`" not in text] == []
    assert [name for name in COMMANDS if f"### `derivlab {name}`" not in text] == []
    options = {option for parser in (PARSER, *PARSERS.values()) for option in parser._option_string_actions}
    assert [option for option in sorted(options - {"-h", "--help"}) if f"`{option}" not in text] == []


def test_an_option_that_is_not_documented_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    module, before = load("models"), load("models").add_arguments

    def more(parser: argparse.ArgumentParser) -> None:
        before(parser)
        parser.add_argument("--new", help="new")

    monkeypatch.setattr(module, "add_arguments", more)
    assert reference() != REFERENCE.read_text(encoding="utf-8")
