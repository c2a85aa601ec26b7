"""One compiled library for all tests, kept between runs: its folder's name changes with its sources."""

from __future__ import annotations

import pytest

from derivlab.certificates.coq import Checker


@pytest.fixture(scope="session")
def checker(request: pytest.FixtureRequest) -> Checker:
    """A checker whose library is compiled when it is first needed (some ten seconds)."""
    cache: pytest.Cache = request.config.cache  # type: ignore[attr-defined]
    return Checker(cache=cache.mkdir("coq"))
