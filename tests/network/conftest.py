"""A few real images, so that a run takes a second."""

from __future__ import annotations

import pytest

from derivlab.network import Mnist, load_mnist


@pytest.fixture(scope="session")
def mnist() -> Mnist:
    """All of MNIST, read once."""
    return load_mnist()


@pytest.fixture(scope="session")
def few(mnist: Mnist) -> Mnist:
    """640 training and 200 test images."""
    return Mnist(mnist.training.take(slice(0, 640)), mnist.test.take(slice(0, 200)))


@pytest.fixture
def on_few(few: Mnist, monkeypatch: pytest.MonkeyPatch) -> Mnist:
    """Make every run in this test read the few images."""
    monkeypatch.setattr("derivlab.network.session.load_mnist", lambda folder: few)
    return few
