"""A run from files to tables: dispositions, idempotence, revisions, stories over several runs."""

import json
import os
import random
import shutil
from datetime import UTC, datetime

import pandas as pd
import pytest

from babelwire.article import DISPOSITIONS
from babelwire.frames import records
from babelwire.lake import journal as journal_module
from babelwire.lake.publishing import publish as publish_module
from babelwire.lake.publishing import refresh as refresh_module
from babelwire.settings import Stories, load_settings
from babelwire.translation import choose
from newsdesk import FERRY_EN, FERRY_EN_EDITED, FERRY_IT, LIBRARY_EN, ORCHARD_FR, page
from newsroom import Newsroom
from stories.events import FERRY, FERRY_ELSEWHERE, THEFT_IN_BRASCO, THEFT_IN_ORLEA

PRODUCT = ("articles", "entities", "stories", "matches", "inputs")
LOCAL = {"translation": {"engine": "auto"}}
needs_engine = pytest.mark.skipif(
    choose(load_settings().translation) is None, reason="the local translation engine is not installed"
)


def partition(lake):
    articles = lake.articles().drop_duplicates("article_id", keep="last")
    return {frozenset(group["article_id"]) for _, group in articles.groupby("story_id")}


def test_every_input_has_one_disposition_and_the_counts_add_up(newsroom):
    newsroom.write("a.txt", FERRY_EN)
    newsroom.write("b.txt", FERRY_EN)
    newsroom.write("c.txt", FERRY_IT)
    newsroom.write("d.txt", ORCHARD_FR)
    newsroom.write("e.txt", "")
    newsroom.write("f.txt", b"\x00\x01\x02" * 100)
    run = newsroom.ingest().run
    assert {d: run[d] for d in DISPOSITIONS} == {
        "new": 2,
        "revision": 0,
        "duplicate": 1,
        "unchanged": 0,
        "pending": 1,
        "rejected": 2,
    }
    assert run["inputs"] == 6
    inputs = newsroom.lake.inputs()
    assert len(inputs) == 6
    assert inputs["uri"].is_unique
    assert run["state"] == "completed_with_warnings"


def test_running_again_changes_no_byte_of_the_product(newsroom):
    for name, text in (("a.txt", FERRY_EN), ("b.txt", FERRY_EN_EDITED), ("c.txt", FERRY_IT), ("e.txt", "")):
        newsroom.write(name, text)
    newsroom.ingest()
    before = newsroom.bytes_of(*PRODUCT)
    run = newsroom.ingest().run
    assert newsroom.bytes_of("articles", "entities", "stories", "matches").items() <= before.items()
    assert (run["inputs"], run["unchanged"], run["pending"]) == (4, 3, 1)


def test_two_lakes_of_the_same_inputs_differ_only_in_run_and_time(newsroom, another_newsroom):
    for room in (newsroom, another_newsroom):
        for name, text in (("a.txt", FERRY_EN), ("b.txt", FERRY_EN_EDITED), ("c.txt", LIBRARY_EN)):
            room.write(name, text)
        room.ingest()
    assert newsroom.bytes_of("articles").keys() == another_newsroom.bytes_of("articles").keys()
    for table in ("articles", "entities", "stories", "matches"):
        one, two = (pd.read_parquet(room.root / table) for room in (newsroom, another_newsroom))
        drop = [c for c in ("run_id", "ingested_at") if c in one.columns]
        pd.testing.assert_frame_equal(one.drop(columns=drop), two.drop(columns=drop))


def test_a_touched_file_is_unchanged_and_a_moved_one_no_new_article(newsroom):
    path = newsroom.write("a.txt", FERRY_EN)
    newsroom.ingest()
    os.utime(path, (1_741_100_000, 1_741_100_000))
    assert newsroom.ingest().counts["unchanged"] == 1
    path.rename(newsroom.inbox / "moved.txt")
    assert newsroom.ingest().counts["duplicate"] == 1
    assert len(newsroom.lake.articles()) == 1


def test_a_changed_page_is_a_revision_and_its_entities_are_those_of_the_newest(newsroom):
    url = "https://echo.example/bridge"
    first = page(
        "Bridge closed",
        "The bridge of Hollowmere was closed by Mayor Edmund Fairweather. " * 4,
        url=url,
        published="2025-03-03T08:00:00Z",
    )
    second = page(
        "Bridge open again",
        "The bridge of Hollowmere was opened by engineer Beatrice Longbourne. " * 4,
        url=url,
        published="2025-03-03T08:00:00Z",
        modified="2025-03-04T08:00:00Z",
    )
    path = newsroom.write("bridge.json", first)
    newsroom.ingest()
    newsroom.write("bridge.json", second, when=1_741_200_000)
    assert path.exists()
    assert newsroom.ingest().counts["revision"] == 1
    articles = newsroom.lake.articles(current=False)
    assert articles["article_id"].nunique() == 1
    assert list(articles["revision"]) == [1, 2]
    assert list(articles["headline"]) == ["Bridge closed", "Bridge open again"]
    assert articles["story_id"].nunique() == 1
    names = set(newsroom.lake.entities()["name"])
    assert "Beatrice Longbourne" in names
    assert "Edmund Fairweather" not in names


def test_an_older_version_that_comes_late_does_not_become_the_current_one(newsroom):
    url = "https://echo.example/bridge"
    newer = page(
        "Newer",
        "Beatrice Longbourne opened the bridge of Hollowmere again. " * 4,
        url=url,
        published="2025-03-05T08:00:00Z",
    )
    older = page(
        "Older",
        "Edmund Fairweather closed the bridge of Hollowmere at once. " * 4,
        url=url,
        published="2025-03-03T08:00:00Z",
    )
    newsroom.write("newer.json", newer)
    newsroom.ingest()
    newsroom.write("older.json", older)
    newsroom.ingest()
    assert "Beatrice Longbourne" in set(newsroom.lake.entities()["name"])
    (story,) = newsroom.lake.stories().to_dict("records")
    assert story["headline_en"] == "Newer"


def test_a_near_duplicate_joins_the_story_of_an_earlier_night_and_leaves_evidence(newsroom):
    newsroom.write("a.txt", FERRY_EN)
    newsroom.ingest()
    (story,) = newsroom.lake.stories()["story_id"]
    newsroom.write("b.txt", FERRY_EN_EDITED)
    newsroom.ingest()
    articles = newsroom.lake.articles()
    assert set(articles["story_id"]) == {story}
    assert sorted(articles["relation"]) == ["near_duplicate", "original"]
    (match,) = newsroom.lake.matches().to_dict("records")
    assert match["relation"] == "near_duplicate"
    assert {match["article_id"], match["matched_to"]} == set(articles["article_id"])
    (row,) = newsroom.lake.stories().to_dict("records")
    assert row["article_count"] == 2
    assert set(newsroom.lake.entities()["story_id"]) == {story}


def test_the_order_of_files_and_the_way_they_are_split_over_runs_do_not_matter(tmp_path):
    texts = [
        FERRY_EN,
        FERRY_EN_EDITED,
        LIBRARY_EN,
        ORCHARD_FR,
        FERRY_EN.replace("Ponza", "Ustica").replace("140", "75"),
    ]
    outcomes = []
    for seed in range(4):
        room = Newsroom(tmp_path / str(seed))
        shuffled = random.Random(seed).sample(texts, len(texts))
        cut = seed % len(texts)
        for part in (shuffled[:cut], shuffled[cut:]):
            for text in part:
                room.write(f"{random.Random(repr((seed, text))).random()}.txt", text)
            room.ingest()
        outcomes.append(partition(room.lake))
    assert all(outcome == outcomes[0] for outcome in outcomes)


def test_any_columns_can_be_read_alone_and_stay_in_order(newsroom):
    newsroom.write("a.json", page("Late", LIBRARY_EN, url="https://echo.example/a", published="2025-03-05T10:00:00Z"))
    newsroom.write("b.json", page("Early", FERRY_EN, url="https://echo.example/b", published="2025-03-03T10:00:00Z"))
    newsroom.ingest()
    assert newsroom.lake.articles(columns=["headline"]).to_dict("list") == {"headline": ["Early", "Late"]}


def test_articles_that_arrive_late_leave_the_stories_that_one_run_would_have_made(tmp_path):
    texts = {
        "a": ("2025-03-04T12:00:00Z", FERRY),
        "b": ("2025-03-05T09:00:00Z", FERRY_ELSEWHERE),
        "c": ("2025-03-06T09:00:00Z", FERRY.replace("Divers found", "On Thursday divers found")),
        "d": ("2025-03-04T08:00:00Z", THEFT_IN_ORLEA),
        "e": ("2025-03-07T08:00:00Z", THEFT_IN_BRASCO),
        "f": ("2025-03-05T18:00:00Z", THEFT_IN_ORLEA.replace("Monday", "Sunday").replace("14 cameras", "15 cameras")),
    }

    def stories(name, runs):
        room = Newsroom(tmp_path / name)
        for run in runs:
            for key in run:
                at, text = texts[key]
                room.write(f"{key}.json", page("News", text, url=f"https://echo.example/{key}", published=at))
            room.ingest()
        articles = room.lake.articles(columns=["uri", "story_id", "relation", "related_to"])
        names = {row.story_id: row.uri for row in articles.sort_values("uri").iloc[::-1].itertuples()}
        return sorted((row.uri, names[row.story_id], row.relation, row.related_to) for row in articles.itertuples())

    at_once = stories("at once", ["abcdef"])
    assert len({story for _, story, _, _ in at_once}) == 3
    for runs in (["f", "e", "d", "c", "b", "a"], ["ce", "bf", "ad"], ["b", "dca", "fe"], ["cb", "a", "fed"]):
        assert stories("-".join(runs), runs) == at_once, runs


def test_json_lines_grow_and_only_the_new_lines_are_taken(newsroom):
    rows = [
        {
            "title": f"Item {i}",
            "text": f"Councillor number {i} of Hollowmere spoke about topic {i * 37}. " * 5,
            "url": f"https://echo.example/{i}",
        }
        for i in range(3)
    ]
    newsroom.write("wire.jsonl", "\n".join(map(json.dumps, rows[:2])))
    assert newsroom.ingest().counts["new"] == 2
    newsroom.write("wire.jsonl", "\n".join(map(json.dumps, rows)), when=1_741_300_000)
    counts = newsroom.ingest().counts
    assert (counts["new"], counts["unchanged"]) == (1, 2)


def test_a_lake_inside_the_folder_of_articles_is_not_taken_for_articles(newsroom):
    newsroom.write("a.txt", FERRY_EN)
    newsroom.root = newsroom.inbox / "lake"
    assert newsroom.ingest().run["inputs"] == 1
    assert newsroom.ingest().run["inputs"] == 1


def test_articles_outside_the_window_are_rejected_and_taken_by_a_later_run(newsroom):
    newsroom.write("a.txt", FERRY_EN)
    newsroom.write("b.txt", LIBRARY_EN)
    window = (datetime(2025, 3, 4, tzinfo=UTC), datetime(2025, 3, 6, tzinfo=UTC))
    summary = newsroom.ingest(window=window)
    assert summary.reasons == {"outside_window": 1}
    assert list(newsroom.lake.articles()["headline"]) == ["Village library reopens after four years of repairs"]
    counts = newsroom.ingest().counts
    assert (counts["new"], counts["unchanged"]) == (1, 1)


@needs_engine
def test_a_pending_article_is_published_and_finished_by_the_next_run_even_if_its_file_is_gone(newsroom):
    path = newsroom.write("c.txt", FERRY_IT)
    newsroom.write("a.txt", FERRY_EN)
    assert newsroom.ingest().counts["pending"] == 1
    waiting = newsroom.lake.articles(language="it").iloc[0]
    assert waiting["translation_status"] == "pending"
    assert waiting.isna()["text_en"]
    assert "Stella Tirrena" in waiting["text"]
    path.unlink()
    counts = newsroom.ingest(**LOCAL).counts
    assert (counts["new"], counts["unchanged"], counts["pending"]) == (1, 1, 0)
    done = newsroom.lake.articles(language="it").iloc[0]
    assert done["translation_status"] in {"translated", "partial"}
    assert done["run_id"] == waiting["run_id"]
    assert len(partition(newsroom.lake)) == 1
    assert newsroom.lake.rejects().empty


def test_what_an_earlier_revision_was_matched_to_stays_whether_it_comes_in_one_run_or_two(tmp_path):
    url = "https://echo.example/ferry"
    first = page("Ferry aground", FERRY_EN, url=url, published="2025-03-03T08:00:00Z")
    other = page(
        "Correction", LIBRARY_EN * 2, url=url, published="2025-03-03T08:00:00Z", modified="2025-03-04T08:00:00Z"
    )
    outcomes = []
    for runs in ([["first", "copy", "other"]], [["first", "copy"], ["other"]], [["other"], ["copy"], ["first"]]):
        room = Newsroom(tmp_path / str(len(outcomes)))
        for names in runs:
            for name in names:
                room.write(f"{name}.x", {"first": first, "copy": FERRY_EN_EDITED, "other": other}[name])
            room.ingest()
        relations = set(zip(room.lake.articles()["article_id"], room.lake.articles()["relation"], strict=True))
        outcomes.append((partition(room.lake), relations, len(room.lake.matches())))
    assert outcomes[0] == outcomes[1] == outcomes[2]
    assert outcomes[0][2] == 1


@needs_engine
def test_two_pending_revisions_of_one_article_are_both_finished(newsroom):
    url = "https://echo.example/traghetto"
    for day, count in ((3, "cinque"), (4, "nove")):
        text = FERRY_IT.replace("nove persone", f"{count} persone")
        when = f"2025-03-0{day}T08:00:00Z"
        newsroom.write(f"{count}.json", page("Traghetto sugli scogli", text, url=url, published=when))
    assert newsroom.ingest().counts["pending"] == 2
    ledger = records(newsroom.lake.inputs())
    assert {(row["uri"].rpartition("/")[2], row["revision"]) for row in ledger} == {
        ("cinque.json", 1),
        ("nove.json", 2),
    }
    counts = newsroom.ingest(**LOCAL).counts
    assert (counts["new"], counts["revision"], counts["pending"]) == (1, 1, 0)
    articles = newsroom.lake.articles(current=False)
    assert list(articles["revision"]) == [1, 2]
    assert articles["text_en"].nunique() == 2
    assert newsroom.ingest(**LOCAL).counts["unchanged"] == 2


def test_a_killed_publication_is_finished_by_the_next_run(newsroom, another_newsroom, monkeypatch):
    for room in (newsroom, another_newsroom):
        room.write("a.txt", FERRY_EN)
        room.write("b.txt", LIBRARY_EN)
    another_newsroom.ingest()

    real, moved = journal_module.move, []

    def killed_after_two(source, destination):
        if len(moved) == 2:
            raise KeyboardInterrupt
        moved.append(destination)
        real(source, destination)

    monkeypatch.setattr(journal_module, "move", killed_after_two)
    with pytest.raises(KeyboardInterrupt):
        newsroom.ingest()
    monkeypatch.undo()
    newsroom.ingest()
    for table in ("articles", "entities", "stories"):
        assert newsroom.bytes_of(table).keys() == another_newsroom.bytes_of(table).keys()
    assert len(newsroom.lake.articles()) == 2
    assert len(newsroom.lake.runs()) in {1, 2}


def test_batches_that_were_finished_are_not_done_again(newsroom, monkeypatch):
    for i in range(5):
        newsroom.write(f"{i}.txt", FERRY_EN.replace("140", str(200 + i)).replace("Stella", f"Stella{i}"))

    def end():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        newsroom.ingest(batch_size=2, before_publishing=end)
    from babelwire.reading import Read  # noqa: PLC0415

    monkeypatch.setattr(Read, "__call__", lambda self, frame: pytest.fail("a finished batch was read again"))
    assert newsroom.ingest(batch_size=2).run["inputs"] == 5
    assert list((newsroom.root / "_work").glob("*/")) == []


def test_a_file_that_changed_while_the_run_was_interrupted_is_read_again(newsroom):
    newsroom.write("a.txt", FERRY_EN)

    def end():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        newsroom.ingest(before_publishing=end)
    newsroom.write("a.txt", LIBRARY_EN, when=1_741_400_000)
    assert newsroom.ingest().run["inputs"] == 1
    assert list(newsroom.lake.articles()["headline"]) == ["Village library reopens after four years of repairs"]


def test_two_runs_that_took_the_same_files_at_once_publish_them_once(newsroom):
    newsroom.write("a.txt", FERRY_EN)
    newsroom.write("b.txt", LIBRARY_EN)
    late = newsroom.ingest(before_publishing=lambda: newsroom.ingest(newsroom.inbox, newsroom.inbox / "a.txt"))
    assert late.counts["unchanged"] == 2
    assert len(newsroom.lake.articles()) == 2


@pytest.mark.parametrize("loss", ["removed", "of another recipe"])
def test_fingerprints_that_are_missing_or_of_another_recipe_are_made_again(newsroom, monkeypatch, loss):
    if loss == "of another recipe":
        monkeypatch.setattr(publish_module, "fingerprint_recipe", lambda _: "that of last year")
        monkeypatch.setattr(refresh_module, "recipe", lambda _: "that of last year")
    newsroom.write("a.txt", FERRY_EN)
    newsroom.ingest()
    if loss == "removed":
        shutil.rmtree(newsroom.root / "_index")
    monkeypatch.undo()
    newsroom.write("b.txt", FERRY_EN_EDITED)
    newsroom.ingest()
    assert len(partition(newsroom.lake)) == 1
    assert set(pd.read_parquet(newsroom.root / "_index" / "fingerprints")["recipe"]) == {
        refresh_module.recipe(Stories())
    }
