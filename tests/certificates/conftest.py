"""One compiled library for all tests, kept between runs: its folder's name changes with its sources."""

from __future__ import annotations

from pathlib import Path

import pytest

from derivlab.certificates.coq import Checker


@pytest.fixture(scope="session")
def cache_home(request: pytest.FixtureRequest) -> Path:
    """What stands for the user's cache folder (XDG_CACHE_HOME)."""
    cache: pytest.Cache = request.config.cache  # type: ignore[attr-defined]
    return cache.mkdir("coq")


@pytest.fixture(scope="session")
def checker(cache_home: Path) -> Checker:
    """A checker whose library is compiled when it is first needed (some ten seconds)."""
    return Checker(cache=cache_home / "derivlab" / "coq")
