import pytest

from babelwire.errors import BabelwireError, UsageError
from babelwire.lake import Lake, LakeFolder


def test_a_new_or_empty_folder_becomes_a_lake(tmp_path):
    (tmp_path / "empty").mkdir()
    for name in ("new/deeper", "empty"):
        LakeFolder.create(tmp_path / name)
        assert Lake(tmp_path / name).articles().empty


def test_opening_a_lake_again_changes_nothing(tmp_path):
    LakeFolder.create(tmp_path / "lake")
    before = {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*")}
    LakeFolder.create(tmp_path / "lake")
    assert {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*")} == before


def test_a_folder_with_something_else_in_it_is_refused(tmp_path):
    (tmp_path / "thesis.doc").write_text("x")
    with pytest.raises(UsageError, match=r"is not a lake: it holds thesis\.doc"):
        LakeFolder.create(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.doc"]


def test_a_file_is_not_a_lake(tmp_path):
    (tmp_path / "lake").write_text("x")
    with pytest.raises(UsageError, match="is a file"):
        LakeFolder.create(tmp_path / "lake")


def test_reading_a_lake_that_is_not_there_says_how_to_make_one(tmp_path):
    with pytest.raises(UsageError, match=r"There is no lake at .* Make one with: babelwire ingest"):
        Lake(tmp_path / "nothing")


def test_a_lake_of_a_newer_version_is_left_alone(tmp_path):
    LakeFolder.create(tmp_path / "lake")
    (tmp_path / "lake" / "babelwire-lake.json").write_text('{"format": 99}')
    with pytest.raises(UsageError, match="newer babelwire"):
        LakeFolder.create(tmp_path / "lake")


def test_a_damaged_marker_is_named(tmp_path):
    LakeFolder.create(tmp_path / "lake")
    (tmp_path / "lake" / "babelwire-lake.json").write_text("{")
    with pytest.raises(UsageError, match=r"babelwire-lake\.json cannot be read"):
        Lake(tmp_path / "lake")


def test_a_parent_that_is_a_file_is_told_as_a_sentence(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises((BabelwireError, OSError), match="file"):
        LakeFolder.create(tmp_path / "file" / "lake")
