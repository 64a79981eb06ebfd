"""What becomes of stories from one run to the next: joining, what is kept of it, and who is looked at."""

from datetime import timedelta

import pytest

from babelwire.frames import records
from babelwire.lake import Lake
from babelwire.lake.reading.explaining import explain
from babelwire.showing.stories import show_story
from wire import FIRST_DAY, SETTINGS, Wire, digest, sent

BOATS = "Captain Orsa Velin steered the Tamaris to Porto Lunedo with 340 crates of salt for the Bruno Calde works. "
TRAINS = "Minister Ilda Fermo opened the Gallenga tunnel near Monte Serrato after 17 years and 2900 blasts. "


@pytest.fixture
def wire(tmp_path):
    return Wire(tmp_path / "lake")


def at(hours):
    return FIRST_DAY + timedelta(hours=hours)


def stories(wire):
    return {row["story_id"]: row for row in records(Lake(wire.root).stories())}


def story_of(wire, name):
    (row,) = records(Lake(wire.root).article(digest(name)).tail(1))
    return row["story_id"]


def two_stories_then_one(wire):
    """Returns the id that stays and the one that goes."""
    wire.publish([sent("boats", BOATS * 3, at(2)), sent("trains", TRAINS * 3, at(4))])
    kept, gone = story_of(wire, "boats"), story_of(wire, "trains")
    assert kept != gone
    both = [sent(f"both{i}", f"{BOATS * 3} {TRAINS * 3} Edition {i}.", at(6 + i)) for i in range(2)]
    wire.publish(both)
    return kept, gone


def test_a_story_that_was_joined_to_another_is_named_there_and_found_by_its_old_id(wire, capsys):
    kept, gone = two_stories_then_one(wire)
    assert list(stories(wire)) == [kept]
    assert list(stories(wire)[kept]["merged_story_ids"]) == [gone]
    show_story(Lake(wire.root), gone, as_json=False)
    told = capsys.readouterr().out
    assert kept in told
    assert f"joined to it {gone}" in told


def test_the_trace_of_a_joining_stays_when_the_story_grows(wire):
    kept, gone = two_stories_then_one(wire)
    wire.publish([sent("more", f"{BOATS * 3} More of it.", at(20))])
    row = stories(wire)[kept]
    assert (row["article_count"], list(row["merged_story_ids"])) == (5, [gone])


def test_a_story_that_was_joined_to_nothing_has_no_trace(wire):
    wire.publish([sent("boats", BOATS * 3, at(2))])
    (row,) = stories(wire).values()
    assert row["merged_story_ids"] is None


def test_a_version_that_comes_late_but_was_made_earlier_is_not_the_one_that_is_shown(wire, capsys):
    wire.publish([sent("boats", f"New headline. {BOATS * 3}", at(2), modified_at=at(9)), sent("trains", TRAINS, at(3))])
    old = sent("boats", f"Old headline. {BOATS * 2}", at(2))
    wire.publish([old])
    assert set(Lake(wire.root).articles(current=False)["revision"]) == {1, 2}
    told = explain(Lake(wire.root), digest("boats"), digest("trains"), SETTINGS.stories)
    assert told.one["headline"] == "New headline"
    capsys.readouterr()
    show_story(Lake(wire.root), story_of(wire, "boats"), as_json=False)
    shown = capsys.readouterr().out
    assert "New headline" in shown
    assert "Old headline" not in shown


def test_names_of_a_story_are_those_of_the_current_revision(wire):
    wire.publish([sent("boats", BOATS * 3, at(2), modified_at=at(9), names=["Orsa Velin"])])
    wire.publish([sent("boats", BOATS * 2, at(2), names=["Bruno Calde"])])
    (row,) = stories(wire).values()
    assert list(row["top_entities"]) == ["Orsa Velin"]


def test_a_night_that_adds_to_one_story_rewrites_only_its_row(wire):
    wire.publish([sent("trains", TRAINS * 3, at(1))])
    wire.publish([sent("boats", BOATS * 3, at(2))])
    before = {p: p.read_bytes() for p in wire.root.rglob("*.parquet")}
    wire.publish([sent("boats2", f"{BOATS * 3} Again.", at(5))])
    changed = [p.relative_to(wire.root).parts[0] for p, body in before.items() if p.read_bytes() != body]
    assert changed == ["stories"]
