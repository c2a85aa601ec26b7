"""A second reading of certificate statements: a small evaluator of the Gallina that they are written in.

Written apart from `derivlab.certificates`, from the text alone, so that a statement that does not say
what the claim says is seen.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

TOKEN = re.compile(r"\s*(=>|[A-Za-z_][\w']*|\d+|[()+*/^-])")
STEP = 1e-4


def derivative(function: Callable[[float], float]) -> Callable[[float], float]:
    """Five points, so that a derivative of a derivative still has six digits."""

    def at(x: float) -> float:
        outer = function(x - 2 * STEP) - function(x + 2 * STEP)
        return (outer + 8 * (function(x + STEP) - function(x - STEP))) / (12 * STEP)

    return at


WORDS: dict[str, Any] = {
    "bsum": lambda n: lambda f: sum(f(k) for k in range(n)),
    "exp": math.exp,
    "ln": math.log,
    "sqrt": math.sqrt,
    "tanh": math.tanh,
    "sigma": lambda u: 1 / (1 + math.exp(-u)),
    "INR": float,
    "delta": lambda i: lambda j: float(i == j),
    "upd": lambda z: lambda j: lambda t: lambda k: t if k == j else z(k),
    "upd2": lambda w: lambda i: lambda j: lambda t: lambda a: lambda b: t if (a, b) == (i, j) else w(a)(b),
    "Derive": derivative,
}


class Parser:
    """Parses an expression to a function of an environment."""

    def __init__(self, text: str) -> None:
        self.tokens = [*TOKEN.findall(text), ""]
        assert "".join(self.tokens) == re.sub(r"\s", "", text), text
        self.place = 0

    @property
    def next(self) -> str:
        return self.tokens[self.place]

    def take(self) -> str:
        self.place += 1
        return self.tokens[self.place - 1]

    def sum(self) -> Any:
        parts = [self.product()]
        while self.next == "+":
            self.take()
            parts.append(self.product())
        return lambda env: sum(part(env) for part in parts) if len(parts) > 1 else parts[0](env)

    def product(self) -> Any:
        parts = [self.unary()]
        while self.next == "*":
            self.take()
            parts.append(self.unary())
        return lambda env: math.prod(part(env) for part in parts) if len(parts) > 1 else parts[0](env)

    def unary(self) -> Any:
        if self.next == "-":
            self.take()
            inside = self.unary()
            return lambda env: -inside(env)
        if self.next == "/":
            self.take()
            inside = self.unary()
            return lambda env: 1 / inside(env)
        return self.power()

    def power(self) -> Any:
        base = self.application()
        if self.next != "^":
            return base
        self.take()
        exponent = int(self.take())
        return lambda env: base(env) ** exponent

    def application(self) -> Any:
        parts = [self.atom()]
        while self.next == "(" or re.match(r"\w", self.next):
            parts.append(self.atom())

        def value(env: dict[str, Any]) -> Any:
            result = parts[0](env)
            for part in parts[1:]:
                result = result(part(env))
            return result

        return value

    def atom(self) -> Any:
        token = self.take()
        if token != "(":
            return (lambda env: int(token)) if token.isdigit() else (lambda env: env[token])
        if self.next == "fun":
            self.take()
            name = self.take()
            assert self.take() == "=>"
            body = self.sum()
            assert self.take() == ")"
            return lambda env: lambda x: body({**env, name: x})
        inside = self.sum()
        assert self.take() == ")"
        return inside


def value(text: str, env: dict[str, Any]) -> Any:
    """The value of an expression in an environment of arrays (functions), sizes and indices."""
    parser = Parser(text)
    result = parser.sum()
    assert parser.next == "", parser.tokens[parser.place :]
    return result(env)


def sides(statement: str, env: dict[str, Any]) -> tuple[float, float]:
    """Both sides of what a theorem claims, to be equal or not; a derivative is taken numerically."""
    env = {**WORDS, **env}
    *definitions, theorem = re.split(r"^(?=Definition |Theorem )", statement, flags=re.MULTILINE)[1:]
    closed: dict[str, Any] = dict(WORDS)
    for text in definitions:
        head, body = text.removeprefix("Definition ").rstrip().removesuffix(".").split(" : R :=\n", 1)
        name, groups = head.split(" ", 1)[0], re.findall(r"\(([^:()]+) :[^()]*\)", head)
        closed[name] = curried([n for group in groups for n in group.split()], body, dict(closed))
    env = {**env, **{name: f for name, f in closed.items() if name not in WORDS}}
    claimed = theorem.rstrip().removesuffix(".").split(" ->\n")[-1].split(",\n", 1)[-1].split(" /\\\n")[-1]
    if claimed.strip().startswith("is_derive"):
        taken: list[Any] = []
        env["is_derive"] = lambda f: lambda x: lambda d: taken.extend((derivative(f)(x), d)) or 0.0
        value(claimed, env)
        return taken[0], taken[1]
    left, right = re.split(r" (?:=|<>)\n", claimed)
    return value(left, env), value(right, env)


def curried(names: list[str], body: str, env: dict[str, Any]) -> Any:
    """A definition as a function of one argument after the other."""
    if not names:
        return value(body, env)
    return lambda x: curried(names[1:], body, {**env, names[0]: x})
