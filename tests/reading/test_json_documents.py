"""How an article in a JSON object is read."""

import json
from datetime import UTC, datetime

import pytest

from babelwire.errors import RejectInput
from babelwire.reading.json_documents import looks_like_object, read_object

LATEST = datetime(2025, 6, 1, tzinfo=UTC)
MORNING = datetime(2025, 3, 4, 9, 20, tzinfo=UTC)
URL = "https://www.ilcanale.example/ponte"


def read(**fields: object) -> dict[str, object]:
    return read_object(json.dumps(fields), latest=LATEST)


@pytest.mark.parametrize(
    "fields",
    [
        {
            "@type": "NewsArticle",
            "headline": "Il ponte",
            "articleBody": "Riaperto.",
            "author": [{"name": "Anna Neri"}, {"name": "Luca Bassi"}],
            "datePublished": "2025-03-04T10:20:00+01:00",
            "publisher": {"name": "Il Canale"},
            "inLanguage": "it",
            "mainEntityOfPage": {"@id": URL},
        },
        {
            "headline": "Il ponte",
            "body_html": "<p>Riaperto.</p>",
            "byline": "Anna Neri e Luca Bassi",
            "firstcreated": "2025-03-04T09:20:00Z",
            "versioncreated": "2025-03-04T11:00:00Z",
            "infosource": [{"name": "Il Canale"}],
            "language": "it",
            "uri": URL,
        },
        {
            "title": "Il ponte",
            "maintext": "Riaperto.",
            "authors": ["Anna Neri", "Luca Bassi"],
            "date_publish": "2025-03-04 09:20:00",
            "source_name": "Il Canale",
            "language": "it",
            "url": URL,
        },
        {
            "title": "Il ponte",
            "text": "Riaperto.",
            "authors": ["Anna Neri", "Luca Bassi"],
            "publish_date": "2025-03-04T09:20:00",
            "source_url": "https://www.ilcanale.example",
            "source": "Il Canale",
            "meta_lang": "it",
            "url": URL,
        },
        {
            "title": "Il ponte",
            "content": "Riaperto.",
            "author": "Anna Neri, Luca Bassi",
            "published": 1741080000,
            "source": "Il Canale",
            "lang": "it",
            "link": URL,
        },
    ],
    ids=["schema.org", "ninjs", "news-please", "newspaper4k", "plain"],
)
def test_the_common_field_names_mean_the_same(fields):
    found = read(**fields)
    assert found["headline"] == "Il ponte"
    assert found["text"] == "Riaperto."
    assert found["byline"] == ["Anna Neri", "Luca Bassi"]
    assert found["published_at"] == MORNING
    assert found["publisher"] == "Il Canale"
    assert found["declared_language"] == "it"
    assert found["uri"] == URL


def test_the_first_field_that_is_usable_wins():
    found = read(articleBody="  ", text="Riaperto.", headline=None, title="Il ponte", url="/ponte", link=URL)
    assert (found["text"], found["headline"], found["uri"]) == ("Riaperto.", "Il ponte", URL)


def test_a_domain_is_the_site_and_no_publisher_name():
    found = read(text="Riaperto.", source_domain="www.ilcanale.example")
    assert (found["publisher"], found["site"]) == (None, "ilcanale.example")


def test_html_in_a_field_becomes_paragraphs():
    found = read(
        title="Il <b>ponte</b>", text="<p>Prima   riga<br>seconda</p>\n<script>x()</script><p>Fine &amp; basta.</p>"
    )
    assert found["headline"] == "Il ponte"
    assert found["text"] == "Prima riga\nseconda\n\nFine & basta."


def test_a_plain_text_with_a_sign_of_comparison_is_no_html():
    assert read(text="Se a < b e b > c.\n\nFine.")["text"] == "Se a < b e b > c.\n\nFine."


@pytest.mark.parametrize("wrong", [None, 7, 7.5, True, [], {}, [[["a"]]], {"x": {"y": []}}, "\ud800", ["", None, 3]])
def test_wrong_types_never_stop_an_article(wrong):
    fields = ("headline", "author", "datePublished", "url", "publisher", "inLanguage", "articleSection", "description")
    found = read_object(json.dumps({"text": "Riaperto.", **dict.fromkeys(fields, wrong)}), latest=LATEST)
    assert found["text"] == "Riaperto."
    assert all(isinstance(value, str | list | datetime | None) for value in found.values())
    str(found["headline"]).encode()


@pytest.mark.parametrize(
    "text",
    [
        "{",
        '{"a": 1} more',
        "[]",
        '[{"text": "a"}]',
        '"text"',
        "3",
        "[" * 100_000,
        '{"a":' * 150 + "1" + "}" * 150,
        '{"a": ' + "9" * 5000 + "}",
    ],
)
def test_what_is_not_one_object_is_damaged(text):
    with pytest.raises(RejectInput) as stopped:
        read_object(text, latest=LATEST)
    assert stopped.value.reason_code == "damaged_json"


@pytest.mark.parametrize("fields", [{}, {"title": "Solo titolo"}, {"text": "  "}, {"text": []}, {"text": "<p></p>"}])
def test_an_object_without_text_is_rejected(fields):
    with pytest.raises(RejectInput) as stopped:
        read(**fields)
    assert stopped.value.reason_code == "no_text"


def test_an_object_is_known_by_its_beginning():
    assert all(looks_like_object(text) for text in ('{"a": 1}', " \n{ }", '[\n {"a": 1'))
    assert not any(looks_like_object(text) for text in ("{ inizio }", "[Roma] Testo", "", "Testo {}"))
