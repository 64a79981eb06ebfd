"""What `--lake` may be given."""

from pathlib import Path

import pytest

from babelwire.errors import UsageError
from babelwire.lake.opening import create_lake, open_lake


@pytest.mark.parametrize("where", ["s3:/bucket/prefix", Path("s3://bucket/prefix")], ids=["mistyped", "made a path"])
def test_an_address_with_one_slash_makes_no_folder(tmp_path, monkeypatch, where):
    monkeypatch.chdir(tmp_path)
    for opened in (open_lake, create_lake):
        with pytest.raises(UsageError, match="an address has two slashes, as in s3://bucket/prefix"):
            opened(where)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", [str, Path])
def test_a_folder_can_be_given_as_text_or_as_a_path(tmp_path, kind):
    create_lake(kind(tmp_path / "lake"))
    assert open_lake(kind(tmp_path / "lake")).root == tmp_path / "lake"
