"""How web pages are read."""

import json
from datetime import UTC, datetime

import pytest

from babelwire.errors import RejectInput
from babelwire.reading.pages.page import charset_of, read_page
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


@pytest.mark.parametrize(
    "title", ["Riaperto il ponte sul canale | Il Canale", "Riaperto il ponte sul canale - Cronaca - Il Canale"]
)
def test_the_headline_ends_where_the_heading_of_the_page_ends(title):
    head = linked_data({**ARTICLE, "headline": title, "publisher": None})
    found = read_page(page(head=head, top="<h1>Riaperto il ponte sul canale</h1>"), latest=LATEST)
    assert found["headline"] == "Riaperto il ponte sul canale"


def test_a_headline_that_opengraph_and_the_page_show_goes_before_one_for_search_engines():
    head = linked_data({**ARTICLE, "headline": "Ponte canale Lodi: riapre oggi"}) + (
        '<meta property="og:title" content="Riaperto il ponte sul canale">'
    )
    found = read_page(page(head=head, top="<h1>Riaperto il ponte sul canale</h1>"), latest=LATEST)
    assert found["headline"] == "Riaperto il ponte sul canale"


def test_authors_and_publisher_that_linked_data_only_refers_to_are_looked_up():
    graph = [
        {**ARTICLE, "author": [{"@id": "#neri"}, {"@id": "#nobody"}], "publisher": {"@id": "#site"}},
        {"@type": "Person", "@id": "#neri", "name": "Anna Neri"},
        {"@type": "Organization", "@id": "#site", "name": "Il Canale"},
    ]
    found = read_page(page(head=linked_data({"@graph": graph})), latest=LATEST)
    assert (found["byline"], found["publisher"]) == (["Anna Neri"], "Il Canale")


@pytest.mark.parametrize(
    ("top", "names"),
    [
        ('<p class="article__byline">Di Anna Neri e Luca Bassi</p>', ["Anna Neri", "Luca Bassi"]),
        ('<a rel="author" href="/a">Anna Neri</a>', ["Anna Neri"]),
        (
            '<span class="author-name">Anna Neri</span><span class="author-name">Luca Bassi</span>',
            ["Anna Neri", "Luca Bassi"],
        ),
        ('<p class="byline">von Anna Neri, RADIO LODI</p>', ["Anna Neri"]),
        ('<p><a href="/autore/anna-neri">Anna Neri</a></p>', ["Anna Neri"]),
        ('<p class="byline">Redazione</p>', []),
        ('<aside><p class="byline">Anna Neri</p></aside>', []),
        ('<div class="comment"><span class="author">Anna Neri</span></div>', []),
    ],
)
def test_people_are_found_where_the_page_marks_its_byline(top, names):
    head = linked_data({**ARTICLE, "author": {"@type": "Organization", "name": "Il Canale"}})
    assert read_page(page(head=head, top=top), latest=LATEST)["byline"] == names


@pytest.mark.parametrize(
    ("published", "meta", "address", "expected"),
    [
        (
            "2025-03-04T10:20:00",
            "2025-03-04T10:20:00-05:00",
            "https://news.example/a",
            datetime(2025, 3, 4, 15, 20, tzinfo=UTC),
        ),
        ("2025-03-04T10:20:00", None, "https://www.ilcanale.it/a", datetime(2025, 3, 4, 9, 20, tzinfo=UTC)),
        ("2025-07-04T10:20:00", None, "https://www.ilcanale.it/a", None),
        ("2025-03-04T10:20:00", None, "https://news.example/a", datetime(2025, 3, 4, 10, 20, tzinfo=UTC)),
        ("2025-03-04", "2025-03-04T10:20:00Z", "https://news.example/a", datetime(2025, 3, 4, 10, 20, tzinfo=UTC)),
        ("2025-03-04", None, "https://www.ilcanale.it/a", datetime(2025, 3, 4, tzinfo=UTC)),
    ],
)
def test_a_time_without_zone_is_taken_in_the_zone_that_the_page_means(published, meta, address, expected):
    data = {**ARTICLE, "datePublished": published, "dateModified": None, "url": address}
    head = linked_data(data) + (f'<meta property="article:published_time" content="{meta}">' if meta else "")
    assert read_page(page(head=head), latest=LATEST)["published_at"] == expected


def test_what_stands_between_the_paragraphs_is_left_out():
    top = (
        "<figure><img src=a.jpg><figcaption>La sindaca taglia il nastro, foto di Luca Bassi.</figcaption></figure>"
        '<ul><li><a href="/1">Chiuso il ponte vecchio, pendolari in coda</a></li><li><a href="/2">Le piene del fiume</a></li></ul>'
        '<p>Leggi anche: <a href="/3">La pista ciclabile che non c\'è</a></p><p>Lea también: El puente que no fue</p>'
        '<div class="newsletter-box"><p>Ricevi ogni mattina le notizie di Lodi nella tua casella di posta.</p></div>'
        '<div class="share-buttons"><p>Condividi questo articolo con i tuoi amici e con chi vuoi.</p></div>'
    )
    found = read_page(page(head=linked_data(ARTICLE), top=top), latest=LATEST)
    assert found["text"] == "\n\n".join(BODY)


def test_a_body_in_several_boxes_is_read_whole():
    boxes = [
        '<div class="testo">' + "".join(f"<p>Parte {n}: {sentence}</p>" for sentence in BODY) + "</div>"
        for n in range(4)
    ]
    html = f"<html><head>{linked_data(ARTICLE)}</head><body>{MENU}<main><div class=col>{'<div class=ad></div>'.join(boxes)}</div></main></body></html>"
    text = read_page(html, latest=LATEST)["text"].split("\n\n")
    assert text == [f"Parte {n}: {sentence}" for n in range(4) for sentence in BODY]


def test_the_text_in_linked_data_decides_what_belongs_to_the_body():
    body = [f"{sentence} {sentence.replace('ponte', 'viadotto')}" for sentence in BODY]
    strange = "La squadra di pallanuoto ha vinto ancora, in trasferta, contro gli avversari di sempre della pianura."
    head = linked_data({**ARTICLE, "articleBody": " ".join(body)})
    found = read_page(page(head=head, body=[*body[:2], "I prossimi passi", body[2], strange]), latest=LATEST)
    assert found["text"].split("\n\n") == [*body[:2], "I prossimi passi", body[2]]


def test_the_address_of_a_page_is_where_it_was_fetched_from_unless_it_names_one():
    fetched = "https://www.ilcanale.example/cronaca/2025/ponte?utm_source=feed"
    relative = '<link rel="canonical" href="/cronaca/ponte">'
    assert read_page(page(), latest=LATEST, address=fetched)["uri"] == "https://www.ilcanale.example/cronaca/2025/ponte"
    found = read_page(page(head=relative), latest=LATEST, address=fetched)
    assert found["uri"] == "https://www.ilcanale.example/cronaca/ponte"


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


HOME = '<link rel="canonical" href="https://www.ilcanale.example/">'


@pytest.mark.parametrize(
    ("head", "body", "code"),
    [
        ("", "", "not_an_article"),
        ("", MENU, "not_an_article"),
        (HOME, f"{MENU}<main>{TEASERS}</main>", "home_page"),
        (
            "",
            f"{MENU}<main>{TEASERS}<p>Le notizie di oggi da Lodi e provincia, scelte per voi dai nostri.</p></main>",
            "list_page",
        ),
        (
            "",
            f"{MENU}<p>Questo sito usa cookie tecnici e, con il tuo consenso, cookie di profilazione. Puoi accettarli tutti.</p>",
            "cookie_wall",
        ),
        (
            "",
            "<p>Abilita JavaScript nel tuo browser per leggere questa pagina, oppure disattiva il tuo ad blocker.</p>",
            "cookie_wall",
        ),
        (
            "",
            f"{MENU}<h1>404 - Pagina non trovata</h1><p>La pagina che cercavi non esiste più, oppure è stata spostata.</p>",
            "error_page",
        ),
        (
            "",
            "<h1>Checking your browser before accessing</h1><p>This process is automatic and takes a few seconds.</p>",
            "error_page",
        ),
        (
            '<meta property="og:type" content="video.other">',
            "<video src=a.mp4></video><p>Il video della riapertura del ponte, girato questa mattina dalla riva sud del canale.</p>",
            "video_page",
        ),
        (
            linked_data({**ARTICLE, "isAccessibleForFree": False, "wordCount": 640}),
            f"<article><h1>Riaperto il ponte sul canale</h1><p>{BODY[0]}</p></article>",
            "teaser_only",
        ),
    ],
)
def test_a_page_without_an_article_is_rejected_for_what_it_is(head, body, code):
    with pytest.raises(RejectInput) as stopped:
        read_page(
            f"<!DOCTYPE html><html><head><title>Il Canale</title>{head}</head><body>{body}</body></html>", latest=LATEST
        )
    assert stopped.value.reason_code == code


@pytest.mark.parametrize(
    "head",
    [
        linked_data({**ARTICLE, "isAccessibleForFree": False, "wordCount": 55}),
        '<meta property="og:type" content="video.other">' + linked_data(ARTICLE),
        '<meta property="og:type" content="article"><title>Pagina non trovata, il romanzo che tutti cercano</title>',
    ],
)
def test_an_article_that_looks_like_another_kind_of_page_is_read(head):
    body = [*BODY, *(f"{sentence} Lo ripete la relazione." for sentence in BODY), *(f"Infine: {s}" for s in BODY)]
    repeated = [f"{paragraph} {paragraph}" for paragraph in body]
    assert read_page(page(head=head, body=repeated), latest=LATEST)["text"].startswith(BODY[0])


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
