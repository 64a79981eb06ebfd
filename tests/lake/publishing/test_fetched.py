"""Runs over feeds of the web: what is fetched, what is left alone the next night, and what is made up for."""

from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from babelwire.article import DISPOSITIONS
from babelwire.errors import TryLater
from babelwire.lake import LakeFolder
from babelwire.lake.index import load_unfetched, load_validators
from babelwire.reading import read as read_module
from website import website

FETCHING = {"allow_private": True, "delay_seconds": 0, "timeout_seconds": 5}
PRODUCT = ("articles", "entities", "stories", "matches", "inputs")
FERRY = (
    "A ferry carrying 140 passengers ran aground on rocks off the island of Ponza on Monday morning, the coastguard said.",
    (
        "The vessel had left Formia at seven and struck the reef of Punta Fieno twenty minutes before its arrival, and nine "
        "people were treated for bruises in the island's clinic."
    ),
    (
        "Captain Ruggero Altavilla told investigators that the rudder had stopped answering, and three patrol boats took the "
        "passengers ashore by noon."
    ),
)
LIBRARY = (
    (
        "The library of Hollowmere opened its doors again on Wednesday, four years after a burst pipe flooded the reading room "
        "and ruined eleven thousand books."
    ),
    (
        "Volunteers led by Prudence Oakhanger catalogued what could be saved and raised the money for new shelves with a bakery "
        "stall, a sponsored swim and the sale of a donated piano."
    ),
)
TRAGHETTO = (
    (
        "Un traghetto con 140 passeggeri è finito sugli scogli davanti all'isola di Ponza lunedì mattina, ha comunicato la "
        "guardia costiera di Gaeta."
    ),
    (
        "La nave era partita da Formia alle sette e ha urtato la secca di Punta Fieno venti minuti prima dell'arrivo; nove "
        "persone sono state medicate nel poliambulatorio dell'isola."
    ),
)


def article(headline, paragraphs):
    body = "".join(f"<p>{p}</p>" for p in paragraphs)
    return (
        f"<!doctype html><html lang='en'><head><title>{headline}</title>"
        "<meta property='article:published_time' content='2025-03-05T08:00:00Z'></head>"
        f"<body><article><h1>{headline}</h1>{body}</article></body></html>"
    )


def feed(*entries):
    items = "".join(
        f"<item><title>{title}</title><link>{link}</link><guid>{link}</guid></item>" for link, title in entries
    )
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>Echo</title>{items}</channel></rss>"


@pytest.fixture
def site():
    with website() as found:
        found.pages["/ferry"] = article("Ferry runs aground off Ponza", FERRY)
        found.pages["/library"] = article("Village library reopens", LIBRARY)
        announce(found, "/ferry", "/library")
        yield found


def announce(site, *paths, title="News"):
    site.pages["/feed.xml"] = feed(*((site.at(path), f"{title} of {path}") for path in paths))


def night(newsroom, site, *names, **fetching):
    site.requests.clear()
    return newsroom.ingest(*(site.at(n) for n in names or ["/feed.xml"]), fetching={**FETCHING, **fetching}).run


def counts(run):
    return {d: run[d] for d in DISPOSITIONS if run[d]}


def waiting(newsroom):
    return list(load_unfetched(LakeFolder.create(newsroom.root)))


def test_the_pages_of_a_feed_become_articles(newsroom, site):
    assert counts(night(newsroom, site)) == {"new": 2}
    inputs = newsroom.lake.inputs()
    assert set(inputs["uri"]) == {site.at("/ferry"), site.at("/library")}
    articles = newsroom.lake.articles()
    assert sorted(uri.rpartition("/")[2] for uri in articles["uri"]) == ["ferry", "library"]
    assert articles["text"].str.contains("Prudence Oakhanger").sum() == 1


def test_the_next_night_no_page_is_fetched_and_nothing_changes(newsroom, site):
    night(newsroom, site)
    before = newsroom.bytes_of(*PRODUCT)
    assert counts(night(newsroom, site)) == {"unchanged": 2}
    assert site.asked == ["/feed.xml"]
    assert newsroom.bytes_of(*PRODUCT) == before


def test_a_feed_that_did_not_change_is_not_sent_again(newsroom, site):
    text = site.pages["/feed.xml"]

    def answer(request):
        known = request.headers["If-None-Match"] == '"v1"'
        request.answer(304 if known else 200, {"ETag": '"v1"'}, b"" if known else text.encode())

    site.pages["/feed.xml"] = answer
    assert counts(night(newsroom, site)) == {"new": 2}
    assert counts(night(newsroom, site)) == {"unchanged": 1}
    assert counts(night(newsroom, site)) == {"unchanged": 1}


def test_an_entry_that_changed_is_fetched_again_and_gives_a_revision(newsroom, site):
    night(newsroom, site)
    site.pages["/ferry"] = article("Ferry runs aground off Ponza", [*FERRY, "Eleven people were hurt, it said later."])
    site.pages["/feed.xml"] = feed((site.at("/ferry"), "Updated"), (site.at("/library"), "News of /library"))
    assert counts(night(newsroom, site)) == {"revision": 1, "unchanged": 1}
    assert site.asked == ["/feed.xml", "/ferry"]
    assert counts(night(newsroom, site)) == {"unchanged": 2}


def test_a_page_that_was_down_is_made_up_for_though_the_feed_names_it_no_more(newsroom, site):
    there = site.pages["/library"]
    site.pages["/library"] = (503, {}, b"")
    assert counts(night(newsroom, site)) == {"new": 1, "pending": 1}
    assert waiting(newsroom) == [site.at("/library")]
    site.pages["/library"] = there
    announce(site, "/ferry")
    assert counts(night(newsroom, site)) == {"new": 1, "unchanged": 1}
    assert waiting(newsroom) == []
    assert counts(night(newsroom, site)) == {"unchanged": 1}
    assert site.asked == ["/feed.xml"]


def test_a_page_is_known_by_its_address_without_fragment_and_password(newsroom, site):
    there = site.pages["/library"]
    site.pages["/library"] = (503, {}, b"")
    site.pages["/feed.xml"] = feed((site.at("/library#top", host="wren:s3cret@127.0.0.1"), "News"))
    assert counts(night(newsroom, site)) == {"pending": 1}
    assert newsroom.lake.inputs()["uri"].tolist() == [site.at("/library")]
    site.pages["/library"] = there
    assert counts(night(newsroom, site))["new"] == 1
    assert waiting(newsroom) == []


def test_a_known_page_that_was_down_and_did_not_change_is_waited_for_no_longer(newsroom, site):
    def answer(request):
        known = request.headers["If-None-Match"] == '"v1"'
        request.answer(304 if known else 200, {"ETag": '"v1"'}, b"" if known else there.encode())

    there = site.pages["/library"]
    site.pages["/library"] = answer
    night(newsroom, site)
    site.pages["/library"] = (500, {}, b"")
    announce(site, "/library", title="Updated")
    assert counts(night(newsroom, site)) == {"pending": 1}
    site.pages["/library"] = answer
    announce(site, "/ferry")
    assert counts(night(newsroom, site)) == {"unchanged": 2}
    assert site.asked == ["/feed.xml", "/library"]
    assert waiting(newsroom) == []
    night(newsroom, site)
    assert site.asked == ["/feed.xml"]


def test_a_page_that_stays_away_is_given_up_and_then_left_alone(newsroom, site):
    site.pages["/library"] = (503, {}, b"")
    night(newsroom, site)
    announce(site, "/ferry")
    age_ledger(newsroom.root, days=15)
    assert counts(night(newsroom, site)) == {"rejected": 1, "unchanged": 1}
    assert newsroom.lake.inputs().sort_values("at")["reason_code"].iloc[-1] == "given_up"
    assert waiting(newsroom) == []


def age_ledger(root, *, days):
    for path in (root / "inputs").rglob("*.parquet"):
        table = pq.read_table(path)
        at = table.schema.get_field_index("at")
        older = [moment - timedelta(days=days) for moment in table["at"].to_pylist()]
        pq.write_table(table.set_column(at, table.schema.field(at), pa.array(older, table.schema.field(at).type)), path)


def test_a_page_that_a_later_stage_did_not_finish_is_asked_for_again(newsroom, site, monkeypatch):
    def fail(raw):
        raise TryLater("unreadable", "The disk is full.")

    with monkeypatch.context() as patched:
        patched.setattr(read_module, "_check", fail)
        assert counts(night(newsroom, site)) == {"pending": 2}
    announce(site)
    assert counts(night(newsroom, site))["new"] == 2
    assert waiting(newsroom) == []


def test_a_run_that_was_ended_before_it_published_is_made_up_for(newsroom, site):
    class EndedError(Exception):
        pass

    def end():
        raise EndedError

    with pytest.raises(EndedError):
        newsroom.ingest(site.at("/feed.xml"), before_publishing=end, fetching=FETCHING)
    assert counts(night(newsroom, site)) == {"new": 2}
    assert counts(night(newsroom, site)) == {"unchanged": 2}


def test_every_page_that_cannot_be_had_says_why(newsroom, site):
    site.pages["/robots.txt"] = "User-agent: *\nDisallow: /shut"
    site.pages["/bomb"] = "x" * 300_000
    announce(site, "/ferry", "/gone", "/shut/door", "/bomb")
    run = night(newsroom, site, max_bytes=200_000)
    assert counts(run) == {"new": 1, "rejected": 3}
    inputs = newsroom.lake.inputs().set_index("uri")
    codes = {path: inputs.loc[site.at(path), "reason_code"] for path in ("/gone", "/shut/door", "/bomb")}
    assert codes == {"/gone": "not_found", "/shut/door": "robots_disallowed", "/bomb": "too_large"}


def test_without_leave_nothing_on_this_machine_is_fetched(newsroom, site):
    run = night(newsroom, site, allow_private=False)
    assert counts(run) == {"rejected": 1}
    assert newsroom.lake.inputs()["reason_code"].tolist() == ["private_address"]
    assert site.requests == []


def test_two_feeds_with_one_page_fetch_it_once(newsroom, site):
    announce(site, "/ferry")
    site.pages["/sport.xml"] = feed((site.at("/ferry#photo"), "Also here"))
    assert counts(night(newsroom, site, "/feed.xml", "/sport.xml")) == {"new": 1, "unchanged": 1}
    assert site.asked.count("/ferry") == 1
    assert counts(night(newsroom, site, "/feed.xml", "/sport.xml")) == {"unchanged": 2}
    assert site.asked == ["/feed.xml", "/sport.xml"]


def test_an_article_that_waits_for_its_translation_is_counted_once(newsroom, site):
    site.pages["/ferry"] = article("Traghetto finisce sugli scogli", TRAGHETTO)
    assert counts(night(newsroom, site)) == {"new": 1, "pending": 1}
    assert counts(night(newsroom, site)) == {"pending": 1, "unchanged": 1}
    assert site.asked == ["/feed.xml"]


def test_the_charset_of_the_answer_counts(newsroom, site):
    page = article("Café in Lancre closes", [*LIBRARY, "The owner is Zoë Żak."]).encode(
        "iso-8859-2", "xmlcharrefreplace"
    )
    site.pages["/ferry"] = (200, {"Content-Type": "text/html; charset=ISO-8859-2"}, page)
    announce(site, "/ferry")
    night(newsroom, site)
    assert "Żak" in newsroom.lake.articles()["text"].iloc[0]


def test_a_run_with_a_window_leaves_the_rest_to_another(newsroom, site):
    window = (datetime(2025, 4, 1, tzinfo=UTC), None)
    run = newsroom.ingest(site.at("/feed.xml"), window=window, fetching=FETCHING).run
    assert counts(run) == {"rejected": 2}
    assert load_validators(LakeFolder.create(newsroom.root)) == {}
    assert counts(night(newsroom, site)) == {"new": 2}


def test_no_password_of_an_address_is_in_the_lake(newsroom, site):
    newsroom.ingest(site.at("/feed.xml", host="wren:s3cret@127.0.0.1"), fetching=FETCHING)
    assert len(newsroom.lake.articles()) == 2
    assert not any(b"s3cret" in path.read_bytes() for path in newsroom.root.rglob("*") if path.is_file())
    assert "s3cret" not in newsroom.lake.inputs().to_string()
