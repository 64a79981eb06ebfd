import pytest

from newsroom import Newsroom


@pytest.fixture
def newsroom(tmp_path):
    return Newsroom(tmp_path)


@pytest.fixture
def another_newsroom(tmp_path):
    return Newsroom(tmp_path / "other")
