"""The report: what it tells of a run and of the articles of it, and that it keeps all of it text."""

import itertools
from datetime import timedelta

import pytest
from lxml import html

from babelwire.report import report
from babelwire.report.stories import MOST_ARTICLES, MOST_STORIES
from report.reported import NOON, ReportedLake, id_of

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&{{ 7*7 }}{% raw %}"


@pytest.fixture
def lake(tmp_path):
    return ReportedLake(tmp_path / "lake")


def page_of(lake, **how):
    made = report(lake.write(), name="lake", **how)
    return html.fromstring(made.html)


def section(page, name):
    (found,) = page.xpath(f"//section[@aria-labelledby='{name}']")
    return " ".join(found.text_content().split())


def table(page, caption):
    (found,) = page.xpath(f"//table[normalize-space(caption) = '{caption}']")
    return [[" ".join(cell.text_content().split()) for cell in row.xpath("th|td")] for row in found.xpath("tbody/tr")]


def test_the_counts_of_the_ledger_add_up_to_the_inputs(lake):
    lake.article("one")
    lake.article("two")
    lake.input("file:///in/empty.txt", reason_code="empty", reason="It has no bytes.")
    rows = table(page_of(lake), "Inputs by disposition")
    counts = {row[0]: int(row[-1]) for row in rows}
    assert counts.pop("all") == sum(counts.values()) == 3
    assert (counts["new"], counts["rejected"]) == (2, 1)


def test_what_was_rejected_is_told_with_its_reason_and_place(lake):
    lake.input("file:///in/empty.txt", stage="read", reason_code="empty", reason="It has no bytes.")
    told = section(page_of(lake), "reasons")
    for expected in ("empty", "1 input rejected, read", "It has no bytes.", "/in/empty.txt"):
        assert expected in told


def test_a_lake_without_articles_has_a_sentence_for_every_section(lake):
    page = page_of(lake)
    assert "There was no input" in section(page, "run")
    assert section(page, "reasons").endswith("No input of this run was rejected, and none is pending.")
    for name in ("languages", "translation", "names", "stories"):
        assert "There is no article yet, so" in section(page, name)
    assert not page.xpath("//svg")


def test_an_italian_article_stands_beside_its_translation_with_its_names_marked(lake):
    lake.article(
        "ferry",
        language="it",
        text="Traghetto fermo a Tarvella.\n\nNessun ferito.",
        text_en="Ferry stopped at Tarvella.\n\nNobody was hurt.",
        headline="Traghetto fermo",
        headline_en="Ferry stopped",
        names=[("Tarvella", "GPE")],
    )
    page = page_of(lake)
    pairs = page.xpath("//details[@class='article']//div[@class='pair']")
    shown = [[(p.get("lang"), " ".join(p.text_content().split())) for p in pair.xpath("p")] for pair in pairs]
    assert shown == [
        [("it", "Traghetto fermo a Tarvella."), ("en", "Ferry stopped at Tarvella place.")],
        [("it", "Nessun ferito."), ("en", "Nobody was hurt.")],
    ]
    assert [mark.get("class") for mark in page.xpath("//div[@class='pair']//mark")] == ["GPE"]
    assert page.xpath("//span[@class='headline'][@lang='it']")[0].text == "Traghetto fermo"
    assert page.xpath("//span[@class='translated'][@lang='en']")[0].text == "Ferry stopped"


def test_an_article_that_waits_for_its_translation_is_shown_as_it_is(lake):
    lake.article("ferry", language="it", text="Traghetto fermo a Tarvella.", headline=None)
    page = page_of(lake)
    assert [p.text for p in page.xpath("//p[@class='original']")] == ["Traghetto fermo a Tarvella."]
    (heading,) = page.xpath("//h3[@id='story-1']")
    assert (heading.text, heading.get("lang")) == ("Traghetto fermo a Tarvella.", "it")
    assert table(page, "Articles by state of their translation")[0][::2] == ["pending", "1"]


def test_the_report_is_on_the_articles_of_its_run_and_on_their_whole_stories(lake):
    lake.article("early", story="st-ferry", names=[("Words", "ORG")])
    lake.article("elsewhere", language="de")
    lake.begin("20310507T120000Z-bbbb", NOON + timedelta(days=1))
    lake.article("late", story="st-ferry", hours=2, relation="overlap")
    page = page_of(lake)
    assert table(page, "Articles by language") == [["English (en)", "1", "100%"]]
    (story,) = page.xpath("//article[@class='story']")
    assert "2 articles" in story.text_content()
    notes = [" ".join(each.text_content().split()) for each in story.xpath("details/summary/span[last()]")]
    assert [note.endswith("of another run") for note in notes] == [True, False]
    assert "Names are looked for" in section(page, "names")


def test_a_run_that_wrote_nothing_and_the_option_for_all_report_on_the_whole_lake(lake):
    lake.article("early")
    lake.article("other", language="de")
    lake.begin("20310507T120000Z-bbbb", NOON + timedelta(days=1))
    nothing = page_of(lake)
    assert "This run wrote no article" in nothing.text_content()
    assert len(table(nothing, "Articles by language")) == 2
    lake.article("late")
    assert len(table(page_of(lake), "Articles by language")) == 1
    assert len(table(page_of(lake, whole_lake=True), "Articles by language")) == 2


def test_an_article_whose_translation_a_run_finished_is_of_that_run(lake):
    lake.article("ferry")
    lake.begin("20310507T120000Z-bbbb", NOON + timedelta(days=1))
    lake.input("babelwire:pending", "new", article_id=id_of("ferry"), revision=1)
    assert "20310507T120000Z-bbbb" in section(page := page_of(lake), "run")
    assert table(page, "Articles by language") == [["English (en)", "1", "100%"]]


def test_a_run_that_is_named_is_reported_on(lake):
    lake.begin("20310507T120000Z-bbbb", NOON + timedelta(days=1))
    made = report(lake.write(), name="lake", run_id="20310506")
    assert made.run_id == "20310506T120000Z-aaaa"


def test_names_are_counted_in_tables_and_over_time(lake):
    for day in range(3):
        lake.article(f"day {day}", hours=24 * day, text="Renzo Baldacci spoke.", names=[("Renzo Baldacci", "PERSON")])
    page = page_of(lake)
    assert table(page, "Who and what is named in most articles") == [["Renzo Baldacci", "person", "3", "3"]]
    assert table(page, "Articles that name someone or something over time") == [
        ["6 May 2031", "1"],
        ["7 May 2031", "1"],
        ["8 May 2031", "1"],
    ]


def test_one_article_with_a_date_far_off_does_not_stretch_the_time_that_is_drawn(lake):
    for hour in range(120):
        lake.article(f"hour {hour}", hours=hour)
    lake.article("ancient", hours=-24 * 365 * 60)
    rows = table(page_of(lake), "Articles by language over time")
    assert len(rows) == 6


def test_a_page_is_bounded_and_says_what_it_leaves_out(lake):
    for story in range(MOST_STORIES + 5):
        lake.article(f"lead {story}", story=f"st-{story:02}", text="Word " * 5000)
    for i in range(MOST_ARTICLES + 4):
        lake.article(f"more {i}", story="st-03", hours=i)
    for i in range(60):
        lake.input(f"file:///in/{'x' * 5000}{i}", reason_code="empty", reason="No " * 5000)
    made = report(lake.write(), name="lake")
    page = html.fromstring(made.html)
    assert len(made.html) < 1_000_000
    assert len(page.xpath("//article[@class='story']")) == MOST_STORIES
    assert f"The {MOST_STORIES} biggest of 25 stories" in section(page, "stories")
    first = page.xpath("//article[@class='story']")[0]
    assert len(first.xpath("details")) == MOST_ARTICLES
    assert "5 more articles: babelwire story st-03" in " ".join(first.text_content().split())
    assert "The text is cut here" in first.text_content()
    assert "10 of the 60 inputs" in section(page, "reasons")


def test_of_a_big_story_copies_are_the_first_to_be_left_out(lake):
    lake.article("lead", story="st-1")
    for i in range(MOST_ARTICLES):
        lake.article(f"copy {i}", story="st-1", hours=1, relation="duplicate")
    lake.article("other", story="st-1", hours=9, relation="overlap")
    shown = page_of(lake).xpath("//span[@class='headline']/text()")
    assert shown[:2] == ["Headline of lead", "Headline of other"]
    assert len(shown) == MOST_ARTICLES


def test_whatever_an_article_says_stays_text(lake):
    for i, story in enumerate(("st-1", "st-1", "st-2")):
        lake.article(
            f"hostile {i}",
            story=story,
            text=f"{HOSTILE}\n\n{HOSTILE} Baldacci.",
            headline=HOSTILE,
            headline_en=HOSTILE,
            source=HOSTILE,
            uri=f"javascript:alert({i})//{HOSTILE}",
            translation_checks=[HOSTILE],
            translation_engine=HOSTILE,
            translation_status=HOSTILE if i else "not_needed",
            relation=HOSTILE,
            names=[("Baldacci", "PERSON"), (HOSTILE, "ORG")],
        )
    lake.article("odd language", language=HOSTILE, text_en="x", story="st-3")
    lake.input(f"file:///in/{HOSTILE}", reason_code=HOSTILE, stage=HOSTILE, reason=HOSTILE)
    opened = lake.write()
    made = report(opened, name=HOSTILE)
    page = html.fromstring(made.html)
    assert not page.xpath("//script | //img | //iframe | //object | //embed | //link | //form | //base")
    assert not [name for element in page.iter() for name in element.attrib if str(name).startswith("on")]
    links = page.xpath("//a/@href")
    assert links
    assert all(link.startswith("#") for link in links)
    assert "alert(1)" in page.text_content()
    assert "{{ 7*7 }}" in page.text_content()
    assert "49" not in page.xpath("string(//span[@class='headline'])")
    (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert "default-src 'none'" in policy
    assert "script-src" not in policy


def test_links_lead_to_the_web_only_and_tell_nothing_of_where_they_are_from(lake):
    lake.article("linked", uri="https://example.org/a?b=1&c=2")
    (link,) = page_of(lake).xpath("//a[starts-with(@href, 'http')]")
    assert link.get("href") == "https://example.org/a?b=1&c=2"
    assert link.get("rel") == "noreferrer noopener"


def test_two_reports_on_one_lake_differ_only_in_when_they_were_made(lake, monkeypatch):
    for i in range(12):
        lake.article(f"article {i}", story=f"st-{i % 5}", hours=i, names=[("Words", "ORG"), ("about", "LAW")])
    opened = lake.write()
    first, second = (report(opened, name="lake").html.splitlines() for _ in range(2))
    assert [line for line in zip(first, second, strict=True) if line[0] != line[1] and "Made by" not in line[0]] == []


def test_a_report_leaves_no_gap_in_its_headings(lake):
    lake.article("one", names=[("Words", "ORG")])
    lake.input("file:///in/empty.txt", reason_code="empty")
    levels = [int(h.tag[1]) for h in page_of(lake).iter("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b - a <= 1 for a, b in itertools.pairwise(levels))
