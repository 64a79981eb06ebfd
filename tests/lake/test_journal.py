import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from babelwire.errors import BabelwireError
from babelwire.lake import LakeFolder
from babelwire.lake import journal as journal_module
from babelwire.lake.journal import Journal, recover


@pytest.fixture
def lake(tmp_path):
    return LakeFolder.create(tmp_path / "lake")


def staged(lake):
    journal = Journal(lake, lake.work / "run-1")
    for name in ("one", "two", "three"):
        journal.write(lake.root / "notes" / f"{name}.parquet", pa.table({"name": [name]}))
    return journal


def notes(lake):
    return sorted(p.stem for p in (lake.root / "notes").glob("*.parquet"))


@pytest.mark.parametrize("moves_before_the_end", [0, 1, 2, 3])
def test_a_publication_that_was_ended_between_two_moves_is_finished_by_the_next_run(
    lake, monkeypatch, moves_before_the_end
):
    journal = staged(lake)
    old = lake.root / "notes" / "old.parquet"
    old.parent.mkdir()
    pq.write_table(pa.table({"name": ["old"]}), old)
    journal.remove(old)
    moved = []

    def move_until_killed(source, destination):
        if len(moved) == moves_before_the_end:
            raise KeyboardInterrupt
        moved.append(destination)
        source.replace(destination)

    monkeypatch.setattr(journal_module, "move", move_until_killed)
    if moves_before_the_end < 3:
        with pytest.raises(KeyboardInterrupt):
            journal.commit()
        assert "old" in notes(lake)
    else:
        journal.commit()
    monkeypatch.undo()
    recover(lake)
    assert notes(lake) == ["one", "three", "two"]
    assert recover(lake) == []


def test_a_publication_that_was_ended_before_its_commit_leaves_nothing(lake):
    staged(lake)
    assert recover(lake) == []
    assert notes(lake) == []


def test_a_damaged_journal_is_named_with_the_remedy(lake):
    folder = lake.work / "run-1" / "publish"
    folder.mkdir(parents=True)
    (folder / "journal.json").write_text('{"moves": [')
    with pytest.raises(BabelwireError, match=r"journal\.json is damaged.*backup.*remove"):
        recover(lake)


def test_a_staged_file_never_has_the_name_of_one_of_another_journal(lake):
    journal = staged(lake)
    of_the_first = {p.name for p in journal.folder.glob("*.parquet")}
    journal.commit()
    of_the_second = {p.name for p in staged(lake).folder.glob("*.parquet")}
    assert len(of_the_first) == len(of_the_second) == 3
    assert of_the_first.isdisjoint(of_the_second)


def test_what_an_earlier_try_of_the_run_staged_in_vain_is_gone_when_it_is_tried_again(lake):
    staged(lake)
    assert len(list(staged(lake).folder.glob("*.parquet"))) == 3


def test_what_is_committed_is_kept_when_a_journal_is_begun_in_the_same_folder(lake, monkeypatch):
    monkeypatch.setattr(journal_module, "_apply", lambda *_: None)
    staged(lake).commit()
    monkeypatch.undo()
    Journal(lake, lake.work / "run-1")
    assert recover(lake) == ["run-1"]
    assert notes(lake) == ["one", "three", "two"]
