"""How web pages are read."""

import json
from datetime import UTC, datetime

import pytest

from babelwire.errors import RejectInput
from babelwire.reading.html_pages import charset_of, read_page
from babelwire.reading.text import decode

LATEST = datetime(2025, 6, 1, tzinfo=UTC)
BODY = [
    "Il ponte pedonale sul canale è stato riaperto questa mattina dopo due anni di lavori, alla presenza della sindaca.",
    "L'opera è costata quattro milioni di euro, ha detto l'ingegnera Marta Quaglia, che ha diretto il cantiere.",
    "Nei prossimi mesi sarà completata la pista ciclabile che porta alla stazione, promessa dal Comune nel 2019.",
]
MENU = "<nav><ul>" + "".join(f'<li><a href="/{n}">Sezione numero {n}</a></li>' for n in range(12)) + "</ul></nav>"
ARTICLE = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "headline": "Riaperto il ponte sul canale",
    "description": "Due anni di lavori",
    "datePublished": "2025-03-04T10:20:00+01:00",
    "dateModified": "2025-03-04T12:00:00+01:00",
    "author": [{"@type": "Person", "name": "Anna Neri"}, {"@type": "Organization", "name": "Redazione Lodi"}],
    "publisher": {"@type": "Organization", "name": "Il Canale"},
    "articleSection": ["Cronaca", "Lodi"],
    "inLanguage": "it-IT",
    "url": "https://www.ilcanale.example/cronaca/ponte",
}


def page(*, head: str = "", top: str = "", body: list[str] = BODY, language: str = "it") -> str:
    paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in body)
    return (
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8">{head}</head><body>{MENU}'
        f"<main><article>{top}{paragraphs}</article></main><footer><p>Tutti i diritti riservati</p></footer></body></html>"
    )


def linked_data(value: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(value)}</script>'


def test_linked_data_describes_the_article():
    found = read_page(page(head=linked_data(ARTICLE)), latest=LATEST)
    assert found == {
        "uri": "https://www.ilcanale.example/cronaca/ponte",
        "publisher": "Il Canale",
        "section": "Cronaca",
        "headline": "Riaperto il ponte sul canale",
        "standfirst": "Due anni di lavori",
        "byline": ["Anna Neri"],
        "published_at": datetime(2025, 3, 4, 9, 20, tzinfo=UTC),
        "modified_at": datetime(2025, 3, 4, 11, 0, tzinfo=UTC),
        "declared_language": "it-IT",
        "text": "\n\n".join(BODY),
    }


@pytest.mark.parametrize(
    "value",
    [
        [{"@type": "WebSite", "name": "Altro"}, ARTICLE],
        {"@graph": [{"@type": "Organization", "name": "Altro"}, ARTICLE]},
        {"@type": "WebPage", "mainEntity": ARTICLE},
        {**ARTICLE, "@type": ["Thing", "ReportageNewsArticle"]},
    ],
)
def test_linked_data_is_found_where_publishers_put_it(value):
    assert read_page(page(head=linked_data(value)), latest=LATEST)["byline"] == ["Anna Neri"]


def test_of_several_articles_the_one_at_the_canonical_address_counts():
    other = {**ARTICLE, "headline": "Un altro fatto", "url": "https://www.ilcanale.example/altro"}
    head = linked_data([other, ARTICLE]) + f'<link rel="canonical" href="{ARTICLE["url"]}?utm_source=rss">'
    found = read_page(page(head=head), latest=LATEST)
    assert (found["headline"], found["uri"]) == (ARTICLE["headline"], ARTICLE["url"])


@pytest.mark.parametrize(
    "script", ["{", "[[1]]", '{"@type": 3}', '"text"', '{"@type": "NewsArticle", "author": {"a": [[]]}}']
)
def test_linked_data_of_the_wrong_shape_is_passed_over(script):
    found = read_page(page(head=f'<script type="application/ld+json">{script}</script>'), latest=LATEST)
    assert found["text"] == "\n\n".join(BODY)


def test_opengraph_and_meta_describe_the_article_where_there_is_no_linked_data():
    head = (
        '<meta property="og:type" content="article"><meta property="og:title" content="Riaperto il ponte | Il Canale">'
        '<meta property="og:site_name" content="Il Canale"><meta name="author" content="Il Canale">'
        '<meta name="byl" content="By Anna Neri"><meta property="article:published_time" content="2025-03-04T09:20:00Z">'
        '<meta property="og:url" content="https://www.ilcanale.example/ponte#commenti">'
    )
    found = read_page(page(head=head), latest=LATEST)
    assert found["headline"] == "Riaperto il ponte"
    assert found["byline"] == ["Anna Neri"]
    assert found["publisher"] == "Il Canale"
    assert found["published_at"] == datetime(2025, 3, 4, 9, 20, tzinfo=UTC)
    assert found["uri"] == "https://www.ilcanale.example/ponte"


def test_a_bare_page_is_read_from_what_it_shows():
    top = '<h1>Riaperto il ponte sul canale</h1><time datetime="2025-03-04">4 marzo 2025</time>'
    found = read_page(page(top=top), latest=LATEST)
    assert found["headline"] == "Riaperto il ponte sul canale"
    assert found["published_at"] == datetime(2025, 3, 4, tzinfo=UTC)
    assert found["declared_language"] == "it"


def test_neither_headline_nor_standfirst_open_the_body():
    top = "<h1>Riaperto il ponte sul canale</h1><p>Riaperto il ponte sul canale</p><p>Due anni di lavori</p>"
    found = read_page(page(head=linked_data(ARTICLE), top=top), latest=LATEST)
    assert found["text"] == "\n\n".join(BODY)
    assert found["standfirst"] == "Due anni di lavori"


def test_a_description_that_repeats_the_body_is_no_standfirst():
    found = read_page(page(head=linked_data({**ARTICLE, "description": BODY[0][:60]})), latest=LATEST)
    assert found["standfirst"] is None
    assert found["text"].startswith(BODY[0])


def test_a_date_in_the_future_is_passed_over():
    found = read_page(
        page(head=linked_data({**ARTICLE, "datePublished": "2999-01-01", "dateModified": None})), latest=LATEST
    )
    assert found["published_at"] is None


TEASERS = "".join(
    f'<div><h2><a href="/{n}">Titolo del pezzo numero {n} che porta a un altro articolo del sito</a></h2>'
    f'<p><a href="/{n}">Riassunto del pezzo numero {n}, che il lettore apre se vuole saperne di più.</a></p></div>'
    for n in range(30)
)


@pytest.mark.parametrize(
    "body",
    [
        "",
        MENU,
        f'<link rel="canonical" href="https://www.ilcanale.example/">{MENU}<main>{TEASERS}</main>',
        f"{MENU}<p>Questo sito usa cookie tecnici e, con il tuo consenso, cookie di profilazione. Puoi accettarli tutti.</p>",
        "<p>Abilita JavaScript nel tuo browser per leggere questa pagina, oppure disattiva il tuo ad blocker.</p>",
    ],
)
def test_a_page_without_an_article_is_rejected(body):
    with pytest.raises(RejectInput) as stopped:
        read_page(
            f"<!DOCTYPE html><html><head><title>Il Canale</title></head><body>{body}</body></html>", latest=LATEST
        )
    assert stopped.value.reason_code == "not_an_article"


@pytest.mark.parametrize(
    ("hostile", "code"),
    [
        ("<html><body>" + "<div>" * 200_000, "not_an_article"),
        ("<html><body>" + "<p>Una frase.</p>" * 60_000, "too_large"),
        ("<html>" + "<" * 1_000_000, "not_an_article"),
        ("<html><body " + 'a="' * 300_000, "not_an_article"),
        ('<html><script type="application/ld+json">' + "[" * 1_000_000 + "</script>", "not_an_article"),
        ("<html><title>" + "a - " * 250_000 + "</title>", "not_an_article"),
    ],
)
def test_a_hostile_page_is_stopped(hostile, code):
    with pytest.raises(RejectInput) as stopped:
        read_page(hostile, latest=LATEST)
    assert stopped.value.reason_code == code


def test_a_library_that_fails_on_a_page_stops_that_page_only(monkeypatch):
    def fail(*_, **__):
        raise KeyError("inside the library")

    monkeypatch.setattr("trafilatura.bare_extraction", fail)
    with pytest.raises(RejectInput) as stopped:
        read_page(page(), latest=LATEST)
    assert stopped.value.reason_code == "damaged_html"


@pytest.mark.parametrize(
    "declaration", ['<meta charset="windows-1250">', '<meta http-equiv=x content="text/html; charset=windows-1250">']
)
def test_the_declared_encoding_is_used(declaration):
    text = f"<html><head>{declaration}</head><body><p>Žluťoučký kůň</p></body></html>"
    raw = text.encode("cp1250")
    assert charset_of(raw) == "windows-1250"
    assert decode(raw, declared=charset_of(raw)) == text
