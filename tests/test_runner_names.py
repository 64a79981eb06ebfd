"""What `--runner` can be given."""

import pytest

from babelwire.errors import UsageError
from babelwire.runner_names import kind_of


@pytest.mark.parametrize(
    ("name", "is_"),
    [
        ("local", ("local", "")),
        ("dask://10.0.0.7:8786", ("dask", "10.0.0.7:8786")),
        ("ray", ("ray", "")),
        ("ray://head.example:10001", ("ray", "head.example:10001")),
    ],
)
def test_a_runner_has_a_kind_and_perhaps_an_address(name, is_):
    assert kind_of(name) == is_


@pytest.mark.parametrize("name", ["", "abacus", "dask", "dask://", "Dask://10.0.0.7:8786", "local://10.0.0.7"])
def test_another_is_a_sentence(name):
    with pytest.raises(
        UsageError, match=rf"There is no runner {name}\. Give --runner local, dask://HOST:PORT or ray\."
    ):
        kind_of(name)
