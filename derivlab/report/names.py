r"""The LaTeX of mathematical names: an allow-list and a small grammar, so that no name is a program.

name   := factor+                      (letters, digits, groups, commands of the list)
factor := atom "'"* (_ argument)? (^ argument)?
atom   := letter | digit | { name } | \letter-command | \accent argument
"""

from __future__ import annotations

import re

from derivlab.report.tex import GREEK, Tex, escape

ACCENTS = frozenset("hat tilde bar dot ddot vec check widehat widetilde overline".split())
ALPHABETS = frozenset("mathbf mathrm mathsf mathcal mathit boldsymbol".split())
MARKS = frozenset("ell top prime star ast dagger circ partial nabla infty log exp det".split())
_TAKES_ARGUMENT = ACCENTS | ALPHABETS
_STANDS_ALONE = GREEK | MARKS
_LONGEST = 80

_TOKEN = re.compile(r"\s*(\\[A-Za-z]+|[A-Za-z0-9]|[_^{}'(),+*/\-])")


def is_safe_name(latex: str) -> bool:
    r"""Whether `latex` follows the grammar above; nothing else may stand for a name.

    >>> [is_safe_name(text) for text in (r"\hat{y}", r"W^{(1)}", r"\input{x}", "a}", "x_a_b", "^^5c")]
    [True, True, False, False, False, False]
    """
    tokens = _tokens(latex)
    if not tokens or len(latex) > _LONGEST:
        return False
    try:
        return _skip_name(tokens, 0) == len(tokens)
    except ValueError:
        return False


def _tokens(latex: str) -> list[str]:
    tokens, position = [], 0
    latex = latex.strip()
    while position < len(latex):
        match = _TOKEN.match(latex, position)
        if match is None:
            return []
        tokens.append(match[1])
        position = match.end()
    return tokens


def _skip_name(tokens: list[str], start: int) -> int:
    """The position after the longest name from `start`; `ValueError` if there is none."""
    position = start
    while position < len(tokens) and tokens[position] not in "}_^'":
        position = _skip_scripts(tokens, _skip_atom(tokens, position))
    if position == start:
        raise ValueError("an empty group")
    return position


def _skip_scripts(tokens: list[str], position: int) -> int:
    seen: set[str] = set()
    while position < len(tokens) and tokens[position] == "'":
        seen.add("^")
        position += 1
    while position < len(tokens) and tokens[position] in "_^":
        if tokens[position] in seen:
            raise ValueError("two scripts of one kind")
        seen.add(tokens[position])
        position = _skip_atom(tokens, position + 1)
    return position


def _skip_atom(tokens: list[str], position: int) -> int:
    if position >= len(tokens):
        raise ValueError("an argument is missing")
    token = tokens[position]
    if token == "{":
        end = _skip_name(tokens, position + 1)
        if end >= len(tokens) or tokens[end] != "}":
            raise ValueError("a brace is open")
        return end + 1
    if token.startswith("\\"):
        if token[1:] in _STANDS_ALONE:
            return position + 1
        if token[1:] not in _TAKES_ARGUMENT:
            raise ValueError(f"{token} is not on the list")
        return _skip_atom(tokens, position + 1)
    if token in "}_^'":
        raise ValueError(f"{token} stands where an atom should")
    return position + 1


_PLAIN = re.compile(r"(?P<stem>[A-Za-z]+?)(?P<number>[0-9]*)(?P<rest>(?:_[A-Za-z0-9]+)*)(?P<primes>'*)\Z")
_ACCENTED = re.compile(r"(?P<letter>.+?)(?P<accent>hat|tilde|bar|dot|vec|check)\Z")


def symbol_name(name: str, latex: str = "") -> Tex:
    r"""The LaTeX of a name: `latex` if it is safe, else made from `name`, else `name` escaped and upright.

    >>> [str(symbol_name(name)) for name in ("yhat", "theta", "W1", "x_new", "softmax")]
    ['\\hat{y}', '\\theta', 'W_{1}', 'x_{\\mathrm{new}}', '\\mathrm{softmax}']
    >>> print(symbol_name("x", r"\input{/etc/passwd}"))
    x
    """
    if latex and is_safe_name(latex):
        return Tex(latex)
    match = _PLAIN.match(name) if len(name) <= _LONGEST else None
    if match is None:
        return Tex(name) if is_safe_name(name) else Tex(rf"\text{{{escape(name[:_LONGEST])}}}")
    scripts = [part for part in (match["number"], *match["rest"].split("_")) if part]
    subscript = ",".join(map(_letters, scripts))
    return Tex(_stem(match["stem"]) + (f"_{{{subscript}}}" if subscript else "") + match["primes"])


def _stem(stem: str) -> str:
    """`yhat` is y with a hat; a word is set upright."""
    accented = _ACCENTED.match(stem)
    if accented and (len(accented["letter"]) == 1 or accented["letter"] in GREEK):
        return rf"\{accented['accent']}{{{_letters(accented['letter'])}}}"
    return _letters(stem)


def _letters(name: str) -> str:
    if name in GREEK:
        return rf"\{name}"
    return name if len(name) == 1 or name.isdigit() else rf"\mathrm{{{name}}}"
