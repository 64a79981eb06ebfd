"""What a user may name as a place: paths, patterns, file addresses."""

import pytest

from babelwire.errors import UsageError
from babelwire.reading.found import Found
from babelwire.reading.places import absolute, check, find, is_object, is_web
from babelwire.reading.web.fetching import without_web


@pytest.fixture
def archive(tmp_path, monkeypatch):
    for name in ("2024/a.txt", "2024/b.html", "2025/c.txt", "2025/deep/d.txt", ".hidden/e.txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("Testo.")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def names(*paths: str) -> list[str]:
    found = [each for each in find(paths, without_web()) if isinstance(each, Found)]
    return [each.uri.rpartition("/")[2] for each in found]


def test_a_pattern_stands_for_what_it_fits(archive):
    assert names("*/*.txt") == ["a.txt", "c.txt"]
    assert names(str(archive / "**" / "*.txt")) == ["a.txt", "c.txt", "d.txt"]


def test_a_pattern_may_fit_folders(archive):
    assert names("202*") == ["a.txt", "b.html", "c.txt", "d.txt"]


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(archive):
    (archive / "what[1]?.txt").write_text("Testo.")
    assert names("what[1]?.txt") == ["what%5B1%5D%3F.txt"]


def test_a_pattern_that_fits_nothing_is_told(archive):
    with pytest.raises(UsageError, match=r"Nothing fits the pattern \*\.pdf"):
        find(["*.pdf"], without_web())


def test_a_file_address_is_the_file(archive):
    assert names((archive / "2024" / "a.txt").as_uri()) == ["a.txt"]


def test_overlapping_places_give_each_file_once(archive):
    assert names("2024", "2024/*.txt", str(archive)) == ["a.txt", "b.html", "c.txt", "d.txt"]


def test_what_is_not_there_is_told_before_anything_starts(archive):
    check(["2024", "2025/*.txt", "https://example.org/feed.xml", "s3://bucket/prefix"])
    with pytest.raises(UsageError, match="There is no file or folder 2023"):
        check(["2024", "2023"])


def test_a_link_to_nothing_is_there(archive):
    (archive / "link").symlink_to("nothing")
    check(["link"])


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("https://example.org/feed", (True, False)),
        ("HTTP://EXAMPLE.ORG", (True, False)),
        ("s3://bucket", (False, True)),
        ("file:///in", (False, False)),
        ("in/articles", (False, False)),
        ("C:notes", (False, False)),
    ],
)
def test_addresses_are_told_from_paths(path, kind):
    assert (is_web(path), is_object(path)) == kind


def test_a_place_is_the_same_from_every_folder(archive):
    assert absolute("2024") == str(archive / "2024") == absolute((archive / "2024").as_uri())
    assert absolute("s3://bucket/a") == "s3://bucket/a"
