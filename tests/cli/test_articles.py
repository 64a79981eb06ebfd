"""Articles and stories for people without a notebook: chosen on the command line, as a table, CSV or JSON."""

import csv
import io
import json
import sys

import pytest

from babelwire.cli import main
from written_lake import WrittenLake, id_of

FORMULA = '=HYPERLINK("https://example.org/?"&A1,"click")'


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    made = WrittenLake(tmp_path_factory.mktemp("lakes") / "lake")
    captain = ("person:jose-altavilla", "@José Altavilla", [])
    made.article("ferry", story="st-aa11", headline=FORMULA, byline=["Anna Neri", "Li, Wei"], names=[captain])
    made.article("traghetto", story="st-aa11", hours=1, language="it", text='Traghetto, "fermo"\n\nin porto;\x1b[2J')
    made.article("copy", story="st-aa11", hours=2, relation="duplicate", related_to=id_of("ferry"), similarity=1.0)
    made.article("copy", story="st-aa11", hours=2, relation="duplicate", revision=2, text="A corrected copy.")
    for number in range(60):
        made.article(f"market {number}", story="st-bb22", hours=3, source="-2+3", headline=f"Market {number}")
    made.write()
    return made.folder.root


@pytest.fixture
def command(capsys, monkeypatch, lake):
    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["babelwire", *map(str, arguments), "--lake", str(lake)])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return run


def json_of(done):
    status, out, err = done
    assert (status, err) == (0, "")
    return [json.loads(line) for line in out.splitlines()]


def csv_of(done):
    status, out, err = done
    assert (status, err) == (0, "")
    return list(csv.DictReader(io.StringIO(out, newline="")))


def test_a_table_has_fifty_rows_and_says_how_many_there_are(command):
    status, out, err = command("articles")
    assert (status, err) == (0, "50 of 63 are shown; --limit shows more.\n")
    assert len(out.splitlines()) == 51
    assert command("articles", "--table", "--limit", 2)[2] == "2 of 63 are shown; --limit shows more.\n"


def test_programs_get_every_row_unless_they_set_a_limit(command):
    assert len(json_of(command("articles", "--json"))) == 63
    assert len(csv_of(command("articles", "--csv"))) == 63
    assert len(csv_of(command("articles", "--csv", "--limit", 3))) == 3


@pytest.mark.parametrize(
    ("options", "names"),
    [
        (["--text", "traghetto -market"], ["traghetto"]),
        (["--text", "corrected", "--order", "best"], ["copy"]),
        (["--where", "language = 'it' and word_count > 1"], ["traghetto"]),
        (["--where", "revision = 1 and story_id = 'st-aa11'"], ["traghetto", "ferry"]),
        (["--story", "aa11"], ["copy", "traghetto", "ferry"]),
        (["--story", "aa11", "--order", "oldest"], ["ferry", "traghetto", "copy"]),
        (["--story", "aa11", "--all-revisions"], ["copy", "copy", "traghetto", "ferry"]),
        (["--story", "aa11", "--primary"], ["traghetto", "ferry"]),
        (["--until", "2025-03-04T12:30:00"], ["ferry"]),
    ],
)
def test_articles_are_chosen(command, options, names):
    assert [row["article_id"] for row in json_of(command("articles", *options, "--json"))] == [id_of(n) for n in names]


def test_columns_are_those_asked_for_in_every_form(command):
    how = ("articles", "--story", "aa11", "--language", "it", "--columns", "published_at, headline,text")
    (row,) = json_of(command(*how, "--json"))
    assert row == {
        "published_at": "2025-03-04T13:00:00+00:00",
        "headline": "Headline traghetto",
        "text": 'Traghetto, "fermo"\n\nin porto;\x1b[2J',
    }
    (row,) = csv_of(command(*how, "--csv"))
    assert list(row) == ["published_at", "headline", "text"]
    assert (row["published_at"], row["text"]) == (
        "2025-03-04T13:00:00+00:00",
        'Traghetto, "fermo"\n\nin porto; [2J',
    )
    status, out, _ = command(*how)
    assert status == 0
    assert out.splitlines()[0].split() == ["published_at", "headline", "text"]
    assert "2025-03-04 13:00" in out
    assert "\x1b" not in out


def test_no_cell_of_csv_is_a_formula_for_a_spreadsheet(command):
    rows = csv_of(command("articles", "--csv"))
    for row in rows:
        assert [cell for cell in row.values() if cell[:1] in {"=", "+", "-", "@", "\t", "\r"}] == []
    (ferry,) = [row for row in rows if row["article_id"] == id_of("ferry")]
    assert ferry["headline"] == f"'{FORMULA}"
    assert json.loads(ferry["byline"]) == ["Anna Neri", "Li, Wei"]
    assert (ferry["revision"], ferry["related_to"]) == ("1", "")
    assert rows[0]["source"] == "'-2+3"


def test_stories_are_had_as_csv(command):
    first, second = csv_of(command("stories", "--csv"))
    assert (first["story_id"], first["article_count"], second["story_id"]) == ("st-bb22", "60", "st-aa11")
    assert json.loads(second["languages"]) == ["en", "it"]


def test_names_are_had_as_csv(command):
    (captain,) = csv_of(command("entities", "--csv"))
    assert (captain["entity_id"], captain["name"]) == ("person:jose-altavilla", "'@José Altavilla")
    assert (captain["articles"], captain["first_published_at"]) == ("1", "2025-03-04T12:00:00+00:00")
    status, _, err = command("entities", "--csv", "--json")
    assert (status, err) == (2, "babelwire: Give only one of --table, --json and --csv.\n")


def test_nothing_found_is_a_sentence_in_a_table_and_no_row_for_programs(command):
    assert command("articles", "--text", "zebra")[1] == "No article is in the lake for that.\n"
    assert json_of(command("articles", "--text", "zebra", "--json")) == []
    assert csv_of(command("articles", "--text", "zebra", "--csv")) == []


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--csv", "--json"], "Give only one of --table, --json and --csv."),
        (["--where", "langage = 'it'"], "there is no column langage, did you mean language?"),
        (["--where", "true; drop table articles"], "The condition 'true; drop table articles' does not work: "),
        (["--text", '"strike'], "has a quotation mark that is not closed"),
        (["--columns", "headlin"], "articles has no column headlin. Did you mean headline?"),
        (["--language", "italian"], "'italian' is no language tag: give one as in it or en. The lake has en, it."),
        (["--story", "zz"], "No story has the id zz. List ids with: babelwire stories --lake"),
        (["--order", "best"], "The order `best` is that of a search"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_status_2(command, options, said):
    status, out, err = command("articles", *options)
    assert (status, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1
