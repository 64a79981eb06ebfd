"""What needs Apertium shares one engine, and is skipped where it is not installed."""

from collections.abc import Iterator

import pytest

from babelwire.translation.apertium import Apertium
from babelwire.translation.apertium_modes import INSTALL, installed


@pytest.fixture(scope="session")
def apertium() -> Iterator[Apertium]:
    if not installed("cat"):
        pytest.skip(f"Apertium is not installed: {INSTALL['cat']}")
    engine = Apertium(pivots=("cat",))
    yield engine
    engine.close()
