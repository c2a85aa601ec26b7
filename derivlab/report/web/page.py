"""The frame of a page: styles, scripts, KaTeX and a policy that lets the browser fetch nothing.

Text enters by Jinja's own escaping; the policy allows the page's own scripts, named by their digests,
and no other, so that even text that slipped through could run nothing and call nobody.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from typing import Any

from markupsafe import Markup

from derivlab.report.web import katex

SCHEMES = ("auto", "light", "dark")


def page(title: str, body: Markup, *, scripts: Sequence[str] = ("math.js",), scheme: str = "auto") -> str:
    """A whole HTML file.

    Args:
        title: the title in the browser's tab, any text.
        body: what the page shows, escaped already.
        scripts: the page's own scripts, files of the folder `assets`, run in this order after KaTeX.
        scheme: one of `SCHEMES`; "auto" is what the reader's system prefers.
    """
    codes = [katex.script(), *(_asset(name) for name in scripts)]
    template = environment().get_template("page.html.j2")
    return template.render(
        title=title,
        body=body,
        scheme=scheme,
        policy=_policy(codes),
        styles=[Markup(_closed(sheet)) for sheet in (katex.styles(), _asset("page.css"))],
        scripts=[Markup(_closed(code)) for code in codes],
    )


@cache
def environment() -> Any:
    """Jinja for HTML: everything is escaped unless it is `Markup`."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("derivlab.report", "templates"),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        autoescape=True,
    )


@cache
def _asset(name: str) -> str:
    return (katex.ASSETS / name).read_text(encoding="utf-8")


def _closed(text: str) -> str:
    """A style sheet or a script as it may stand inside its tags; ours hold no closing tag."""
    assert "</" + "script" not in text.lower() and "</" + "style" not in text.lower()
    return text


def _policy(codes: Sequence[str]) -> str:
    """Nothing may be fetched; only these scripts may run."""
    allowed = " ".join(f"'sha256-{_digest(code)}'" for code in codes)
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; font-src data:; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _digest(code: str) -> str:
    """The SHA-256 of a script between its tags, as a policy names it."""
    return base64.b64encode(hashlib.sha256(code.encode("utf-8")).digest()).decode("ascii")
