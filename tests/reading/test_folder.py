"""How files are found below the paths that a user names."""

import os
import socket
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from babelwire.errors import UsageError
from babelwire.reading import FoundFile, Unusable, find_files, path_of

needs_rights = pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")


def write(path: Path, content: str = "Testo.") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    return path


def names(*paths: Path, below: Path) -> list[str]:
    return [str(f.path.relative_to(below)) for f in find_files(paths) if isinstance(f, FoundFile)]


def problems(*paths: Path) -> dict[str, tuple[str, str]]:
    found = [f for f in find_files(paths) if isinstance(f, Unusable)]
    return {path_of(f.uri).name: (f.problem.disposition, f.problem.reason_code) for f in found}


def test_files_come_sorted_by_name_folder_by_folder(tmp_path):
    for name in ("b/2.txt", "b/1.txt", "c.txt", "a.txt", "b.txt"):
        write(tmp_path / name)
    assert names(tmp_path, below=tmp_path) == ["a.txt", "b/1.txt", "b/2.txt", "b.txt", "c.txt"]


def test_a_file_is_described_as_the_system_does(tmp_path):
    path = write(tmp_path / "a.txt", "12345")
    os.utime(path, ns=(0, 1_700_000_000_123_456_789))
    [found] = find_files([tmp_path])
    assert found == FoundFile(path.as_uri(), 5, datetime(2023, 11, 14, 22, 13, 20, 123456, tzinfo=UTC), path)


def test_hidden_names_are_passed_over_unless_they_are_given(tmp_path):
    write(tmp_path / ".git" / "a.txt")
    write(tmp_path / ".b.txt")
    write(tmp_path / "c.txt")
    assert names(tmp_path, below=tmp_path) == ["c.txt"]
    assert names(tmp_path, tmp_path / ".git", tmp_path / ".b.txt", below=tmp_path) == ["c.txt", ".git/a.txt", ".b.txt"]


def test_overlapping_paths_give_each_file_once(tmp_path):
    write(tmp_path / "in" / "a.txt")
    write(tmp_path / "in" / "b" / "c.txt")
    folder = tmp_path / "in"
    (tmp_path / "same").symlink_to(folder)
    given = (folder / "b", folder / "a.txt", folder, tmp_path / "same", tmp_path / "in" / "b" / "..")
    assert names(*given, below=folder) == ["a.txt", "b/c.txt"]


def test_a_link_to_a_folder_above_does_not_make_the_walk_endless(tmp_path):
    write(tmp_path / "in" / "a.txt")
    (tmp_path / "in" / "loop").symlink_to(tmp_path / "in")
    (tmp_path / "in" / "again").symlink_to(tmp_path / "in" / "loop")
    assert names(tmp_path / "in", below=tmp_path / "in") == ["a.txt"]
    assert problems(tmp_path / "in") == {}


def test_links_to_what_is_hidden_are_followed_once(tmp_path):
    write(tmp_path / ".data" / "a.txt")
    write(tmp_path / ".data" / "b.txt")
    (tmp_path / "a.txt").symlink_to(tmp_path / ".data" / "a.txt")
    (tmp_path / "all").symlink_to(tmp_path / ".data")
    (tmp_path / "b.txt").symlink_to(tmp_path / ".data" / "b.txt")
    assert names(tmp_path, below=tmp_path) == [".data/a.txt", ".data/b.txt"]


def test_a_link_that_leads_outside_is_rejected_and_followed_when_its_target_is_given(tmp_path):
    target = write(tmp_path / "elsewhere" / "a.txt")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "link").symlink_to(target)
    assert problems(tmp_path / "in") == {"link": ("rejected", "link_outside")}
    assert names(tmp_path / "in", tmp_path / "elsewhere", below=tmp_path) == ["elsewhere/a.txt"]
    assert problems(tmp_path / "in", tmp_path / "elsewhere") == {}


def test_broken_links_and_links_to_themselves_are_rejected(tmp_path):
    (tmp_path / "gone").symlink_to(tmp_path / "nothing")
    (tmp_path / "self").symlink_to(tmp_path / "self")
    rejected = ("rejected", "broken_link")
    assert problems(tmp_path) == {"gone": rejected, "self": rejected}


def test_pipes_and_sockets_are_rejected_without_being_opened(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
        found = problems(tmp_path)
    assert found == {"pipe": ("rejected", "not_a_file"), "socket": ("rejected", "not_a_file")}


def test_a_path_that_does_not_exist_is_named_before_anything_is_read(tmp_path):
    with pytest.raises(UsageError, match=r"nothing-here"):
        find_files([tmp_path, tmp_path / "nothing-here"])


@needs_rights
def test_an_unreadable_folder_waits_and_the_rest_goes_on(tmp_path):
    write(tmp_path / "open" / "a.txt")
    write(tmp_path / "shut" / "b.txt").parent.chmod(0)
    try:
        assert problems(tmp_path) == {"shut": ("pending", "unreadable")}
        assert names(tmp_path, tmp_path / "shut", below=tmp_path) == ["open/a.txt"]
    finally:
        (tmp_path / "shut").chmod(0o700)


def test_a_folder_that_cannot_be_listed_waits_and_the_rest_goes_on(tmp_path, monkeypatch):
    write(tmp_path / "a.txt")
    write(tmp_path / "shut" / "b.txt")
    scandir = os.scandir

    def refuse(path):
        if Path(path).name == "shut":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert problems(tmp_path) == {"shut": ("pending", "unreadable")}
    assert names(tmp_path, below=tmp_path) == ["a.txt"]


def test_a_file_that_vanishes_while_the_folder_is_listed_waits(tmp_path):
    write(tmp_path / "a.txt")
    write(tmp_path / "b.txt")
    walk = find_files([tmp_path])
    next(walk)
    (tmp_path / "b.txt").unlink()
    [left] = walk
    assert isinstance(left, Unusable)
    assert (left.problem.disposition, left.problem.reason_code) == ("pending", "vanished")


@pytest.mark.parametrize("name", [b"citt\xe0.txt", b"50%25#3?.txt", b"two words\n.txt", "perché.txt".encode()])
def test_any_name_survives_the_way_to_a_uri_and_back(tmp_path, name):
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name))
    path.write_bytes(b"Testo.")
    [found] = find_files([tmp_path])
    assert isinstance(found, FoundFile)
    assert found.uri.isascii()
    assert "#" not in found.uri
    assert path_of(found.uri) == path_of(found.uri + "#12") == path


def test_only_file_uris_have_a_path():
    with pytest.raises(ValueError, match="file URI"):
        path_of("https://news.example/a")


def test_folders_may_nest_deeper_than_calls(tmp_path):
    deep = [tmp_path]
    for _ in range(sys.getrecursionlimit() + 100):
        deep.append(deep[-1] / "d")
        deep[-1].mkdir()
    file = write(deep[-1] / "a.txt")
    try:
        assert names(tmp_path, below=deep[-1]) == ["a.txt"]
    finally:
        file.unlink()
        for folder in reversed(deep[1:]):
            folder.rmdir()
