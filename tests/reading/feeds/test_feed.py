"""How a news feed is cut into its entries."""

import contextlib
import io
import json
import socket

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from babelwire.errors import RejectInput
from babelwire.reading.discovery import discover
from babelwire.reading.document import document
from babelwire.reading.feeds.feed import entries, is_feed
from babelwire.reading.feeds.parsing import parse_feed
from babelwire.settings import Reading

LIMITS = Reading()
LONG = " ".join(f"La frase numero {n} racconta ancora qualcosa del ponte." for n in range(40))
RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>Cronaca | Il Canale</title><link>https://www.ilcanale.example/</link><language>it-IT</language>
<lastBuildDate>Tue, 04 Mar 2025 23:59:59 +0100</lastBuildDate>
<item><title>Il ponte &amp;amp; la valle</title><link>/ponte?a=1&amp;b=2</link><guid isPermaLink="false">ponte-1</guid>
<pubDate>Tue, 04 Mar 2025 10:20:00 +0100</pubDate><dc:creator>Anna Neri</dc:creator><dc:creator>Luca Bassi</dc:creator>
<category>Cronaca</category><category>Trasporti</category><description>Riapre dopo un anno.</description>
<content:encoded><![CDATA[<p>Il ponte &egrave; aperto.</p><script>x()</script><p>Fine.</p>
<p>L'articolo <a href="/p">Il ponte</a> proviene da <a href="/">Il Canale</a>.</p>]]></content:encoded></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en" xml:base="https://daily.example/news/">
<title>The Daily</title><link href="https://daily.example/"/><updated>2025-03-04T12:00:00Z</updated>
<author><name>Jane Doe</name></author>
<entry><id>urn:uuid:1</id><title type="html">The &lt;b&gt;bridge&lt;/b&gt;</title><link href="bridge"/>
<published>2025-03-04T10:20:00+01:00</published><updated>2025-03-04T11:00:00+01:00</updated>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>It is open.</p><p>At last.</p></div></content></entry>
</feed>"""


def records(feed, limits=LIMITS):
    raw = feed if isinstance(feed, bytes) else feed.encode()
    assert is_feed(raw[:4096])
    return list(entries(io.BytesIO(raw), limits))


def only(feed):
    (record,) = records(feed)
    return record


def article(record):
    return json.loads(record.content)


def item(inside, channel="<title>Il Canale</title><link>https://www.ilcanale.example/</link>"):
    return f'<rss version="2.0"><channel>{channel}<item>{inside}</item></channel></rss>'


def code(record):
    return record.problem and record.problem.reason_code


def test_an_entry_of_rss_is_an_article_in_json():
    record = only(RSS)
    assert record.name == "ponte-1"
    assert article(record) == {
        "headline": "Il ponte & la valle",
        "url": "https://www.ilcanale.example/ponte?a=1&b=2",
        "datePublished": "2025-03-04T09:20:00+00:00",
        "author": ["Anna Neri", "Luca Bassi"],
        "articleBody": "Il ponte è aperto.\n\nFine.",
        "description": "Riapre dopo un anno.",
        "articleSection": "Cronaca",
        "inLanguage": "it-IT",
        "publisher": "Il Canale",
    }
    assert (record.problem, record.link) == (None, None)


def test_an_entry_of_atom_is_an_article_in_json():
    record = only(ATOM)
    assert record.name == "urn:uuid:1"
    assert article(record) == {
        "headline": "The bridge",
        "url": "https://daily.example/news/bridge",
        "datePublished": "2025-03-04T09:20:00+00:00",
        "dateModified": "2025-03-04T10:00:00+00:00",
        "author": ["Jane Doe"],
        "articleBody": "It is open.\n\nAt last.",
        "inLanguage": "en",
        "publisher": "The Daily",
    }


@pytest.mark.parametrize(
    "feed",
    [
        (
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>Il Canale</title><items/></channel>'
            '<item rdf:about="y"><title>Il ponte</title><link>https://a.example/ponte</link><description>Riapre.</description>'
            "<dc:date>2025-03-04T09:20:00Z</dc:date></item></rdf:RDF>"
        ),
        (
            '<rss version="0.91"><channel><title>Il Canale</title><item><title>Il ponte</title>'
            "<link>https://a.example/ponte</link><description>Riapre.</description>"
            "<pubDate>Tue, 04 Mar 2025 09:20:00 GMT</pubDate></item></channel></rss>"
        ),
        (
            '<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>Il Canale</title><entry><title>Il ponte</title>'
            '<link rel="alternate" type="text/html" href="https://a.example/ponte"/><summary>Riapre.</summary>'
            "<issued>2025-03-04T09:20:00Z</issued></entry></feed>"
        ),
    ],
    ids=["RSS 1.0", "RSS 0.91", "Atom 0.3"],
)
def test_old_kinds_of_feeds_say_the_same(feed):
    record = only(feed)
    assert article(record) == {
        "headline": "Il ponte",
        "url": "https://a.example/ponte",
        "articleBody": "Riapre.",
        "datePublished": "2025-03-04T09:20:00+00:00",
        "publisher": "Il Canale",
    }
    assert record.link == "https://a.example/ponte"


def test_an_unchanged_entry_has_unchanged_bytes_whatever_else_the_feed_says():
    later = RSS.replace("<lastBuildDate>Tue, 04", "<lastBuildDate>Wed, 05").replace(
        "<item>", "<item><title>Altro</title><description>Testo.</description></item><item>"
    )
    assert [r.content for r in records(later)][1] == only(RSS).content


def test_names_are_the_ids_and_unique():
    feed = "".join(
        f"<item><guid>{name}</guid><description>Testo {n}.</description></item>" for n, name in enumerate("aba")
    )
    other = (
        "<item><guid>a~2</guid><description>Altro.</description></item><item><description>Senza.</description></item>"
    )
    found = records(f"<rss><channel>{feed}{other}</channel></rss>")
    assert [r.name for r in found[:4]] == ["a", "b", "a~2", "a~2~2"]
    assert len(found[4].name) == 32
    assert [code(r) for r in found] == [None] * 5


def test_an_id_is_percent_encoded():
    record = only(item("<guid>città #1 %</guid><description>Testo.</description>"))
    assert record.name == "citt%C3%A0%20%231%20%25"


@pytest.mark.parametrize(
    "end",
    [
        "prima che &#8230;",
        "prima che...",
        "prima che [...]",
        "prima che [&amp;#8230;]",
        "fine. Continua a leggere",
        "fine. &lt;a href='/p'&gt;Leggi tutto&lt;/a&gt; »",
        "fine. Read more",
        "ends. &lt;a href='/p'&gt;Continue reading...&lt;/a&gt;",
        "ends. Continue reading The bridge opens",
    ],
)
def test_a_teaser_that_breaks_off_is_no_article_but_leads_to_one(end):
    record = only(item(f"<title>Il ponte</title><link>/ponte</link><description>Il ponte riapre {end}</description>"))
    assert (code(record), record.link) == ("teaser_only", "https://www.ilcanale.example/ponte")
    assert article(record)["headline"] == "Il ponte"


@pytest.mark.parametrize("end", ["è aperto.", "riapre: «Finalmente…».", "continua domani.", "Read more: il resto."])
def test_a_short_text_that_ends_is_an_article_unless_its_page_is_read(end):
    record = only(item(f"<title>Il ponte</title><link>/ponte</link><description>Il ponte {end}</description>"))
    assert (code(record), record.link) == (None, "https://www.ilcanale.example/ponte")


def test_a_long_description_is_the_article():
    record = only(item(f"<title>Il ponte</title><link>/ponte</link><description>{LONG}</description>"))
    assert (code(record), record.link) == (None, None)
    cut = only(item(f"<title>Il ponte</title><link>/ponte</link><description>{LONG} [...]</description>"))
    assert (code(cut), cut.link) == ("teaser_only", "https://www.ilcanale.example/ponte")


def test_a_headline_alone_is_a_teaser():
    assert code(only(item("<title>Il ponte</title><link>/ponte</link>"))) == "teaser_only"
    assert code(only(item("<title>Il ponte</title>"))) == "no_text"


def test_a_summary_that_only_repeats_the_body_is_no_standfirst():
    feed = RSS.replace("Riapre dopo un anno.", "Il ponte è aperto. [&#8230;]")
    assert "description" not in article(only(feed))


@pytest.mark.parametrize(
    ("title", "publisher"),
    [
        ("Il Canale - Cronaca", "Il Canale"),
        ("Ultime notizie » ilcanale.example", "ilcanale.example"),
        ("Notizie dal mondo - Tutte", "Notizie dal mondo - Tutte"),
    ],
)
def test_the_publisher_is_the_part_of_the_title_that_names_the_site(title, publisher):
    feed = item(
        "<description>Testo.</description>", f"<title>{title}</title><link>https://www.ilcanale.example/</link>"
    )
    assert article(only(feed))["publisher"] == publisher


def test_the_source_of_an_entry_is_its_publisher():
    source = '<source url="https://altro.example/rss">Altro Giornale</source>'
    assert article(only(item(f"<description>Testo.</description>{source}")))["publisher"] == "Altro Giornale"


def test_an_author_is_a_name_and_not_an_address():
    feed = item("<description>Testo.</description><author>posta@ilcanale.example (Anna Neri)</author>")
    assert article(only(feed))["author"] == ["Anna Neri"]


@pytest.mark.parametrize(
    "raw",
    [
        RSS.encode("utf-16"),
        b"\xef\xbb\xbf\n" + RSS.encode(),
        RSS.replace("UTF-8", "iso-8859-1").encode(),
        RSS.encode("cp1252", "xmlcharrefreplace"),
        RSS.replace("UTF-8", "iso-8859-1").encode("iso-8859-1"),
        RSS.replace("aperto.", "aperto.\x00\x0b").encode(),
    ],
    ids=["UTF-16", "mark", "declared wrongly", "undeclared", "declared", "controls"],
)
def test_an_encoding_is_seen_whatever_is_declared(raw):
    feed = raw.replace("&egrave;".encode("utf-16-le"), "è".encode("utf-16-le")).replace(b"&egrave;", "è".encode())
    assert article(only(feed))["articleBody"] == "Il ponte è aperto.\n\nFine."


@pytest.mark.parametrize(
    "wrong",
    ["<title>A & B</title><link>/x</link>", "<title>A &nbsp; B</title>", "<title>A <b>B</title>", "<x:y>A</x:y>"],
)
def test_of_a_feed_that_is_not_well_formed_every_entry_is_taken(wrong):
    feed = item(f"{wrong}<description>Uno.</description></item><item><description>Due.</description>")
    found = records(feed)
    assert [article(r)["articleBody"] for r in found] == ["Uno.", "Due."]
    assert [r.problem for r in found] == [None, None]


def test_of_a_feed_that_breaks_off_the_whole_entries_are_taken():
    feed = item("<description>Uno.</description></item><item><description>Due, e poi altro.</description>")
    found = records(feed[: feed.index(" e poi altro")])
    assert [article(r)["articleBody"] for r in found[:-1]] == ["Uno."]
    assert (found[-1].name, code(found[-1])) == ("", "damaged_feed")
    assert code(only(feed[:60])) == "damaged_feed"


def test_a_feed_without_entries_says_so():
    assert code(only("<rss><channel><title>Il Canale</title></channel></rss>")) == "empty"


def test_a_feed_that_is_too_large_is_not_parsed():
    record = only_of(RSS, Reading(max_bytes=100))
    assert code(record) == "too_large"


def only_of(feed, limits):
    (record,) = records(feed, limits)
    return record


def test_a_feed_that_takes_too_long_is_given_up():
    feed = f"<rss><channel>{'<item><title>a</title></item>' * 200_000}</channel></rss>"
    assert code(only_of(feed, Reading(max_seconds=0.5))) == "too_slow"


def test_entities_neither_grow_nor_read_anything(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("SEGRETO")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        port = server.getsockname()[1]
        grown = "".join(f'<!ENTITY b{n} "{f"&b{n - 1};" * 10}">' for n in range(1, 12))
        doctype = (
            f'<!DOCTYPE rss SYSTEM "http://127.0.0.1:{port}/dtd" [<!ENTITY b0 "bomba">{grown}'
            f'<!ENTITY file SYSTEM "{secret.as_uri()}"><!ENTITY net SYSTEM "http://127.0.0.1:{port}/x">'
            f'<!ENTITY % p SYSTEM "http://127.0.0.1:{port}/p"> %p;]>'
        )
        found = records(f"<?xml version='1.0'?>{doctype}{item('<description>a &b11; &file; &net; b</description>')}")
        with pytest.raises(TimeoutError):
            server.accept()
    assert b"SEGRETO" not in b"".join(r.content or b"" for r in found)
    assert sum(len(r.content or b"") for r in found) < 1000


@pytest.mark.parametrize(
    "raw",
    [
        b"<rss><channel>" + b"<item/>" * 140_000 + b"</channel></rss>",
        b"<rss><channel><item>" + b"<a>" * 50_000 + b"</item></channel>",
        b"<rss><channel><item><description>" + b"<" * 300_000 + b"</description></item></channel>",
        b"<rss><channel><item><description>" + b"&lt;div>" * 100_000 + b"x</description></item></channel>",
        b"<rss>" + b"\n<!DOCTYPE" * 100_000,
        b"<rss>" + b"<![CDATA[" * 100_000,
        b"<rss a" + b' b="' * 250_000,
        b"<rss><channel><item><author>" + b"a@" * 250_000 + b"</author><title>x</title></item></channel>",
        b"<rss>" + b"</item" * 170_000,
    ],
    ids=["empty items", "deep", "brackets", "deep html", "doctypes", "cdata", "attributes", "authors", "ends"],
)
@pytest.mark.timeout(40)
def test_hostile_feeds_end_with_a_reason_or_entries(raw):
    found = records(raw, Reading(max_seconds=2))
    assert found
    assert all(r.content is not None or r.problem is not None for r in found)


@pytest.mark.parametrize(
    ("link", "announced", "url"),
    [
        ("/ponte", "/ponte", None),
        ("//a.example/ponte", "//a.example/ponte", None),
        ("https://a.example/p", "https://a.example/p", "https://a.example/p"),
        ("javascript:alert(1)", None, None),
        ("file:///etc/passwd", None, None),
        ("http://[", None, None),
    ],
)
def test_a_link_leads_to_the_web_only(link, announced, url):
    record = only(f"<rss><channel><item><link>{link}</link><description>Testo.</description></item></channel></rss>")
    assert record.link == announced
    assert article(record).get("url") == url


def test_entries_of_a_file_become_inputs_and_teasers_are_stopped(tmp_path):
    whole = "<guid>1</guid><title>Il ponte</title><description>Riapre.</description>"
    cut = "<guid>2</guid><link>/due</link><description>Il ponte [...]</description>"
    (tmp_path / "feed.txt").write_text(item(f"{whole}</item><item>{cut}"), "utf-8")
    first, second = discover([str(tmp_path)], limits=LIMITS)
    assert first["input_uri"] == (tmp_path / "feed.txt").as_uri() + "#1"
    assert (first["reason_code"], second["reason_code"]) == (None, "teaser_only")
    found = document(first["raw"], media_type=first["media_type"])
    assert (found["headline"], found["text"], found["source"]) == ("Il ponte", "Riapre.", "Il Canale")


def test_feeds_are_known_by_their_root():
    comment = "<?xml version='1.0'?>\n<!-- <html> made by hand -->\n<?xml-stylesheet href='a.xsl'?>\n"
    doctype = '<!DOCTYPE rss [<!ENTITY a "<b>x</b>">\n]>'
    assert all(
        is_feed(head.encode()) for head in (RSS, ATOM, comment + RSS[38:], doctype + RSS[38:], "<atom:feed x='y'>")
    )
    assert is_feed(RSS.encode("utf-16")[:400])


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"<",
        b"<!--",
        b"<!-- <rss> --><html>",
        b"<html><rss>",
        b"<feedback>",
        b"Il feed <rss>",
        b"<?xml version='1.0'?><nitf/>",
        b"<rdf:RDF xmlns:foaf='http://xmlns.com/foaf/0.1/'>",
        b"<!" * 2000,
        b"<!--" * 1000,
        b"<?" + b" " * 4000,
    ],
)
def test_other_documents_are_no_feeds(head):
    assert not is_feed(head)


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_damage_anywhere_gives_entries_or_a_reason(data):
    raw = bytearray(data.draw(st.sampled_from([RSS, ATOM])).encode())
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(raw)))
        raw[at : at + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=20))
    found = []
    with contextlib.suppress(RejectInput):
        found, _ = parse_feed(bytes(raw))
    for entry in found:
        json.dumps(entry.article, ensure_ascii=False).encode()
        assert entry.key
