"""Stories on the screen: lists, timelines and explanations, for people and for programs."""

import json
import os
import re
import sys
from pathlib import Path

import pytest

from babelwire.cli import main
from stories.events import FERRY, FERRY_ELSEWHERE, ORCHARD
from terminal import on_a_terminal
from written_lake import WrittenLake, id_of

CAPTAIN = ("person:renzo-baldacci", "Renzo Baldacci", ["Renzo Baldacci", "Baldacci"])
HOSTILE = "Ferry \x1b[31m[bold]aground\x1b[0m\x07\r\n\u202eoff Tarvella\u009b2J"


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    made = WrittenLake(tmp_path_factory.mktemp("lakes") / "lake")
    made.article("ferry", story="st-aa11", text=FERRY, headline=HOSTILE, headline_en=HOSTILE, names=[CAPTAIN])
    made.article(
        "traghetto",
        story="st-aa11",
        hours=2,
        text=FERRY_ELSEWHERE,
        language="it",
        source="Corriere di Lomasca",
        headline="Traghetto sugli scogli",
        headline_en="Ferry on the rocks",
        relation="overlap",
        related_to=id_of("ferry"),
        similarity=0.61,
        names=[CAPTAIN, ("gpe:tarvella", "Tarvella\x1b[2J", [])],
    )
    made.article(
        "copy",
        story="st-aa11",
        hours=30,
        text=f"{FERRY} More soon.",
        published_from="file",
        relation="near_duplicate",
        related_to=id_of("ferry"),
        similarity=0.97,
    )
    made.article("orchard", story="st-aa22", hours=24, text=ORCHARD)
    made.pair("traghetto", "ferry", score=0.61, words=0.4, entities=0.7, hours_apart=2.0)
    made.pair("copy", "ferry", "near_duplicate", score=0.97, jaccard=0.95)
    made.write()
    return made.folder.root


@pytest.fixture
def command(capsys, monkeypatch):
    """Runs a command in this process: its exit status, standard output and standard error."""

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["babelwire", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return run


def rows_of(done):
    status, out, err = done
    assert (status, err) == (0, "")
    return [json.loads(line) for line in out.splitlines()]


def test_stories_are_chosen_by_time_language_and_name(command, lake):
    def ids(*arguments):
        return [row["story_id"] for row in rows_of(command("stories", "--lake", lake, *arguments, "--json"))]

    assert ids() == ["st-aa11", "st-aa22"]
    assert ids("--limit", "1") == ["st-aa11"]
    assert ids("--language", "it") == ["st-aa11"]
    assert ids("--entity", "baldàcci") == ["st-aa11"]
    assert ids("--since", "2025-03-05T13:00:00") == ["st-aa11"]
    assert ids("--until", "2025-03-05") == ["st-aa11"]
    assert ids("--since", "2025-03-05", "--until", "2025-03-06") == ["st-aa11", "st-aa22"]
    assert ids("--since", "2025-03-07") == []


def test_no_story_is_said_in_a_sentence(command, lake):
    status, out, _ = command("stories", "--lake", lake, "--entity", "Nobody")
    assert (status, out) == (0, "No story is in the lake for that time, language and name.\n")


def test_a_story_is_a_timeline_with_relations_headlines_and_the_lead(command, lake):
    status, out, _ = command("story", "aa11", "--lake", lake)
    assert status == 0
    ferry, traghetto, copy = timeline = [line for line in out.splitlines() if line.startswith("2025-")]
    names = ("ferry", "traghetto", "copy")
    assert [re.search(r"[0-9a-f]{8}", line)[0] for line in timeline] == [id_of(name)[:8] for name in names]
    assert ferry.startswith("2025-03-04 12:00 ")
    assert ferry.rstrip().endswith("(lead)")
    assert re.search(rf" it +Corriere di Lomasca +overlap of {id_of('ferry')[:8]} +Ferry on the rocks *$", traghetto)
    assert out.splitlines()[out.splitlines().index(traghetto) + 1].strip() == "Traghetto sugli scogli"
    assert copy.startswith("2025-03-05 18:00 ? ")
    assert f" near duplicate of {id_of('ferry')[:8]} " in copy
    assert "? The document has no date" in out
    assert "Named in how many of the 3 articles:\n     2  Renzo Baldacci (person)\n     1  Tarvella" in out


def test_a_story_of_one_dated_article_says_no_more_than_there_is(command, lake):
    _, out, _ = command("story", "aa22", "--lake", lake)
    assert "1 from 1 source\n" in out
    assert "?" not in out
    assert "Named" not in out


@pytest.mark.parametrize(
    "arguments", [("story", "aa11"), ("explain", id_of("ferry"), id_of("copy")), ("show", id_of("ferry"))]
)
def test_what_came_in_cannot_command_the_terminal(command, lake, arguments):
    environment = {**os.environ, "COLUMNS": "200"}
    environment.pop("NO_COLOR", None)
    binary = Path(sys.executable).with_name("babelwire")
    shown = on_a_terminal([binary, *arguments, "--lake", lake], environment)
    piped = command(*arguments, "--lake", lake)[1]
    for out in (re.sub(r"\x1b\[(?:0|1|1;3\d)m", "", shown), piped):
        assert "[bold]aground" in out
        assert [c for c in out if not c.isprintable() and c != "\n"] == []


def test_a_story_as_json_is_one_object_with_its_articles_and_names(command, lake):
    (story,) = rows_of(command("story", "st-aa11", "--lake", lake, "--json"))
    assert story["article_count"] == 3
    assert [row["article_id"] for row in story["articles"]] == [id_of(name) for name in ("ferry", "traghetto", "copy")]
    assert story["articles"][0]["headline"] == HOSTILE
    assert [(row["name"], row["articles"]) for row in story["names"]] == [("Renzo Baldacci", 2), ("Tarvella\x1b[2J", 1)]


def test_an_accepted_pair_is_explained_by_its_evidence(command, lake):
    status, out, _ = command("explain", id_of("traghetto")[:12], id_of("ferry")[:12], "--lake", lake)
    assert status == 0
    assert out.startswith("They are one story: the two are an accepted pair (overlap).\n")
    evidence = out.split("Evidence:\n")[1].splitlines()[1].split()
    assert evidence[:3] == [id_of("traghetto")[:8], id_of("ferry")[:8], "overlap"]
    assert evidence[-6:] == ["0.61", "-", "0.40", "0.70", "-", "2.00"]
    assert re.search(r"^score +0\.\d\d +overlap from 0\.35 *$", out, re.MULTILINE)
    assert re.search(r"^jaccard of the texts +0\.\d\d +near duplicate from 0\.50 *$", out, re.MULTILINE)
    assert re.search(r"^hours apart +2\.00 +at most 168 *$", out, re.MULTILINE)


def test_a_chain_is_read_from_the_first_article_to_the_second(command, lake):
    _, out, _ = command("explain", id_of("copy"), id_of("traghetto"), "--lake", lake)
    assert out.startswith("They are one story by a chain of 2 pairs; the two themselves are none.\n")
    steps = [line.split()[:2] for line in out.split("Chain:\n")[1].splitlines()[1:3]]
    copy, ferry, traghetto = (id_of(name)[:8] for name in ("copy", "ferry", "traghetto"))
    assert steps == [[copy, ferry], [ferry, traghetto]]


def test_an_explanation_as_json_has_the_thresholds(command, lake, tmp_path):
    (told,) = rows_of(command("explain", id_of("ferry"), id_of("orchard"), "--lake", lake, "--json"))
    assert not told["one_story"]
    assert told["reason"].startswith("They are two stories. ")
    assert (told["evidence"], told["chain"], told["compared"]["relation"]) == ([], [], None)
    assert (told["one"]["article_id"], told["other"]["story_id"]) == (id_of("ferry"), "st-aa22")
    assert {part["name"]: part["least"] for part in told["compared"]["parts"]}["overlap"] == 0.35
    assert told["window_hours"] == 168

    config = tmp_path / "other.yaml"
    config.write_text("stories: {overlap: 0.9, window_days: 0.5}\n")
    (told,) = rows_of(
        command("explain", id_of("ferry"), id_of("orchard"), "--lake", lake, "--config", config, "--json")
    )
    assert {part["name"]: part["least"] for part in told["compared"]["parts"]}["overlap"] == 0.9
    assert "more than the window of 12" in told["reason"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("story", "aa"), "2 stories begin with aa: st-aa11, st-aa22. List ids with: babelwire stories --lake"),
        (("story", "nobody"), "No story has the id nobody. List ids with: babelwire stories --lake"),
        (("explain", id_of("ferry"), "nobody"), "No article has the id nobody. List ids with: babelwire articles"),
        (("explain", "", id_of("ferry")), "4 articles begin with"),
        (("explain", id_of("ferry"), id_of("ferry")[:9]), "are the same article"),
    ],
)
def test_an_id_that_does_not_say_which_is_a_sentence_and_status_2(command, lake, arguments, said):
    status, out, err = command(*arguments, "--lake", lake)
    assert (status, out) == (2, "")
    assert err.startswith("babelwire: ")
    assert said in err
    assert err.count("\n") == 1
