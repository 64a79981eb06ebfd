"""Whatever is published while a lake is read, and however a publication ends: an answer is of one state of the lake."""

import itertools
import json
import multiprocessing
import signal
from datetime import UTC, datetime

import pytest

from babelwire import Lake
from babelwire.article import ARTICLES
from babelwire.errors import BabelwireError, UsageError
from babelwire.lake import LakeFolder
from babelwire.lake import journal as journal_module
from babelwire.lake.journal import recover
from babelwire.lake.keeping import compact as compact_module
from babelwire.lake.keeping.compact import compact
from babelwire.lake.reading import scan
from babelwire.lake.reading.explaining import explain
from babelwire.settings import load_settings
from lake.editions import ARTICLES_BY_MONTH, QUESTIONS, STORY, all_at_once, publish, publish_again_and_again

MOVES = ARTICLES_BY_MONTH + 3
"""Files that a run of the editions moves into place: of articles, entities, stories and runs."""


@pytest.fixture
def folder(tmp_path):
    made = LakeFolder.create(tmp_path / "lake")
    publish(made, 1)
    return made


@pytest.fixture(scope="module")
def processes():
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["lake.editions"])
    return context


def answers_beside(writer, ask):
    """What `ask` gives again and again while a process publishes; None where it is told to ask for the same again."""
    writer.start()
    while writer.is_alive():
        try:
            answer = ask()
        except BabelwireError as error:
            if "Ask for the same again" not in str(error):
                raise
            answer = None
        yield answer
    writer.join()
    assert writer.exitcode == 0


def test_beside_a_process_that_publishes_again_and_again_each_answer_is_of_one_run(folder, processes):
    lake, last = Lake(folder.root), 12
    writer = processes.Process(target=publish_again_and_again, args=(folder.root, last), kwargs={"pause": 0.1})
    questions = itertools.cycle(QUESTIONS.values())
    seen = [answer for answer in answers_beside(writer, lambda: next(questions)(lake)) if answer is not None]
    assert seen == sorted(seen)
    assert len(set(seen)) > 1
    assert all_at_once(lake) == last


def test_several_questions_together_are_answered_from_one_state(folder, processes):
    lake, last = Lake(folder.root), 4
    writer = processes.Process(target=publish_again_and_again, args=(folder.root, last), kwargs={"pause": 0.5})
    seen = [answer for answer in answers_beside(writer, lambda: all_at_once(lake)) if answer is not None]
    assert seen == sorted(seen)
    assert all_at_once(lake) == last


@pytest.mark.parametrize("moved", [0, 1, MOVES - 1, MOVES])
def test_a_run_that_was_killed_after_its_commit_is_seen_whole_before_anyone_finishes_it(folder, processes, moved):
    how = {"killed_at": moved}
    writer = processes.Process(target=publish_again_and_again, args=(folder.root, 2), kwargs=how)
    writer.start()
    writer.join()
    assert writer.exitcode == (0 if moved == MOVES else -signal.SIGKILL)
    assert all_at_once(Lake(folder.root)) == 2
    assert bool(recover(folder)) == (moved < MOVES)
    assert all_at_once(Lake(folder.root)) == 2


def test_a_run_that_was_killed_before_its_commit_is_not_seen(folder, monkeypatch):
    def die(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(journal_module, "write_json", die)
    with pytest.raises(KeyboardInterrupt):
        publish(folder, 2)
    assert len(list((folder.work / "run" / "publish").glob("*.parquet"))) == MOVES
    assert all_at_once(Lake(folder.root)) == 1


def committed(folder, monkeypatch, number=2):
    """Leaves run `number` committed with all of its files waiting."""

    def die(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as ended:
        ended.setattr(journal_module, "move", die)
        with pytest.raises(KeyboardInterrupt):
            publish(folder, number)


def meanwhile(monkeypatch, do):
    """Has `do` done once, after the first listing of articles for a reader; gives what was listed, and will be."""
    listed, real = [], scan.readable

    def list_then_do(lake, table, *rest):
        found = real(lake, table, *rest)
        if table is ARTICLES:
            listed.append(found)
            if len(listed) == 1:
                do()
        return found

    monkeypatch.setattr(scan, "readable", list_then_do)
    return listed


def test_files_that_are_moved_between_being_listed_and_being_opened_are_read_where_they_belong(folder, monkeypatch):
    committed(folder, monkeypatch)
    listed = meanwhile(monkeypatch, lambda: recover(folder))
    found = Lake(folder.root).articles(columns=["headline"], current=False)
    assert set(found["headline"]) == {"Edition 2"}
    assert [sum(file.lies != file.belongs for file in files) for files in listed] == [ARTICLES_BY_MONTH]


def test_a_run_that_is_published_between_listing_and_opening_makes_the_reader_ask_again(folder, monkeypatch):
    listed = meanwhile(monkeypatch, lambda: publish(folder, 2))
    assert QUESTIONS["articles"](Lake(folder.root)) == 2
    assert len(listed) > 1


def test_a_run_that_is_published_between_two_tables_makes_the_reader_ask_again(folder, monkeypatch):
    lake = Lake(folder.root)
    published = []

    def ask():
        story = lake.story(STORY)
        if not published:
            published.append(publish(folder, 2))
        return {*story["headline_en"], *lake.articles(story=STORY)["headline"]}

    assert lake.consistently(ask) == {"Edition 2"}


def merge(folder):
    return list(compact(folder, file_size=10**9, until=datetime(2100, 1, 1, tzinfo=UTC)))


def test_an_explanation_is_of_one_state(folder):
    lake = Lake(folder.root)
    one, other = lake.articles(limit=2)["article_id"]
    matches = lake.matches

    def publish_first(**how):
        lake.matches = matches
        publish(folder, 2)
        return matches(**how)

    lake.matches = publish_first
    explained = explain(lake, one, other, load_settings().stories)
    assert {explained.one["headline"], explained.other["headline"]} == {"Edition 2"}


@pytest.mark.parametrize("can_exchange", [True, False])
def test_files_that_are_merged_between_listing_and_opening_are_looked_for_again(folder, monkeypatch, can_exchange):
    publish(folder, 2)
    if not can_exchange:
        monkeypatch.setattr(compact_module, "exchange", lambda *_: False)
    listed = meanwhile(monkeypatch, lambda: merge(folder))
    assert QUESTIONS["articles"](Lake(folder.root)) == 2
    assert len(listed) > 1


def test_a_lake_that_changes_each_time_is_told_with_what_to_do(folder):
    lake, runs = Lake(folder.root), iter(range(2, 100))
    with pytest.raises(BabelwireError, match=r"The lake .* changed each of 5 times .* Ask for the same again\."):
        lake.consistently(lambda: publish(folder, next(runs)))
    assert len(lake.runs()) == 6


def test_what_goes_wrong_between_two_states_is_asked_again_and_in_one_state_it_is_told(folder):
    lake, asked = Lake(folder.root), []

    def fail_once():
        asked.append(None)
        if len(asked) == 1:
            publish(folder, 2)
            raise UsageError("This story is in neither half.")
        return "found"

    assert lake.consistently(fail_once) == "found"
    with pytest.raises(UsageError, match="No story has the id none"):
        lake.story("none")


def test_reading_writes_nothing_and_takes_no_lock(folder, monkeypatch):
    committed(folder, monkeypatch)
    before = {path: path.stat().st_mtime_ns for path in (folder.root, *folder.root.rglob("*"))}
    assert all_at_once(Lake(folder.root)) == 2
    assert {path: path.stat().st_mtime_ns for path in (folder.root, *folder.root.rglob("*"))} == before


def test_a_damaged_journal_is_named_with_the_remedy(folder, monkeypatch):
    committed(folder, monkeypatch)
    journal = folder.work / "run" / "publish" / "journal.json"
    for damage in (journal.read_text()[:-30], "[]", json.dumps({"moves": [["one"]], "removals": []})):
        journal.write_text(damage)
        with pytest.raises(BabelwireError, match=r"journal\.json is damaged .*backup.* babelwire verify"):
            Lake(folder.root).articles()
