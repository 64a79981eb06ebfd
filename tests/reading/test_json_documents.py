"""How an article in a JSON object is read."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from babelwire.errors import RejectInput
from babelwire.reading.json_documents import looks_like_object, read_object
from babelwire.settings import Fields

LATEST = datetime(2025, 6, 1, tzinfo=UTC)
MORNING = datetime(2025, 3, 4, 9, 20, tzinfo=UTC)
URL = "https://www.ilcanale.example/ponte"


def read(**fields: object) -> dict[str, object]:
    return read_object(json.dumps(fields), latest=LATEST)


def outcome(document: object, fields: Fields = Fields()) -> dict[str, object] | str:  # noqa: B008
    """The columns, or the code of the reason why there are none."""
    try:
        return read_object(json.dumps(document), latest=LATEST, fields=fields)
    except RejectInput as problem:
        return problem.reason_code


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


def test_ninjs_with_roles_gives_the_main_headline_and_body():
    found = read(
        uri=URL,
        pubstatus="usable",
        headlines=[{"role": "short", "value": "Ponte"}, {"role": "main", "value": "Il ponte"}],
        descriptions=[{"contenttype": "text/plain", "value": "Dopo un anno."}],
        bodies=[
            {"role": "caption", "contenttype": "text/plain", "value": "Nella foto il ponte."},
            {"role": "main", "contenttype": "text/plain", "value": "Riaperto. Fine."},
            {"role": "main", "contenttype": "text/html", "value": "<p>Riaperto.</p><p>Fine.</p>"},
        ],
        people=[{"name": "Ugo Verdi", "rel": "about"}, {"name": "Ada Bruni"}, {"name": "Anna Neri", "rel": "author"}],
        infosources=[{"name": "Agenzia Valle", "rel": "originator"}],
        located="Genova",
        contentcreated="2025-03-04T10:20:00+01:00",
        language="it",
    )
    assert (found["headline"], found["standfirst"]) == ("Il ponte", "Dopo un anno.")
    assert found["text"] == "Riaperto.\n\nFine."
    assert (found["byline"], found["publisher"], found["dateline"]) == (["Anna Neri"], "Agenzia Valle", "Genova")
    assert (found["published_at"], found["uri"]) == (MORNING, URL)


def test_a_byline_in_words_comes_before_the_people_of_ninjs():
    about = [{"name": "Ugo Verdi", "rel": "about"}]
    assert read(body_text="Riaperto.", by="Anna Neri", people=about)["byline"] == ["Anna Neri"]
    assert read(body_text="Riaperto.", person=about)["byline"] == []


@pytest.mark.parametrize("status", ["canceled", "withheld"])
def test_what_its_publisher_withdrew_is_no_article(status):
    with pytest.raises(RejectInput) as stopped:
        read(headline="Il ponte", body_text="Riaperto.", pubstatus=status)
    assert stopped.value.reason_code == "withdrawn"


def test_the_article_of_a_graph_is_read_with_its_author_and_publisher():
    found = read(
        **{
            "@graph": [
                7,
                {"@type": "WebSite", "@id": "#site", "name": "Il sito"},
                {"@type": ["Article", "NewsArticle"], "headline": "Il ponte", "articleBody": "Riaperto.",
                 "author": [{"@id": "#anna"}, {"@id": "#none"}], "publisher": {"@id": "#canale"}, "url": URL},
                {"@type": "Person", "@id": "#anna", "name": "Anna Neri"},
                {"@type": "NewsMediaOrganization", "@id": "#canale", "name": "Il Canale"},
            ]
        }
    )  # fmt: skip
    assert (found["headline"], found["text"], found["uri"]) == ("Il ponte", "Riaperto.", URL)
    assert (found["byline"], found["publisher"]) == (["Anna Neri"], "Il Canale")


def test_one_author_object_may_name_several_people():
    author = {"@type": "Person", "name": ["Anna Neri", "Luca Bassi"]}
    assert read(articleBody="Riaperto.", author=author)["byline"] == ["Anna Neri", "Luca Bassi"]


def test_a_post_of_wordpress_is_read():
    found = read(
        id=12,
        date="2025-03-04T10:20:00",
        date_gmt="2025-03-04T09:20:00",
        modified_gmt="2025-03-04T10:00:00",
        guid={"rendered": "https://www.ilcanale.example/?p=12"},
        link=URL,
        title={"rendered": "Il ponte &#8217;nuovo&#8217;"},
        content={"rendered": "<p>Riaperto.</p>\n<p>Fine.</p>", "protected": False},
        excerpt={"rendered": "<p>Dopo un anno.</p>", "protected": False},
        author=3,
        categories=[4, 9],
        _embedded={"author": [{"id": 3, "name": "Anna Neri"}], "wp:term": [[{"id": 4, "name": "Cronaca"}]]},
    )
    assert (found["headline"], found["standfirst"]) == ("Il ponte ’nuovo’", "Dopo un anno.")
    assert (found["text"], found["byline"]) == ("Riaperto.\n\nFine.", ["Anna Neri"])
    assert (found["published_at"], found["uri"]) == (MORNING, URL)
    assert found["modified_at"] == datetime(2025, 3, 4, 10, tzinfo=UTC)
    assert found["section"] == "Cronaca"
    assert read(content={"rendered": "Riaperto."}, categories=[4, 9])["section"] is None


def test_an_item_of_the_guardian_is_read_alone_and_in_its_answer():
    item = {
        "id": "world/2025/mar/04/bridge",
        "sectionName": "World news",
        "webPublicationDate": "2025-03-04T09:20:00Z",
        "webTitle": "The bridge",
        "webUrl": URL,
        "fields": {"bodyText": "Open. At last.", "body": "<p>Open.</p><p>At last.</p>", "byline": "Jane Doe",
                   "trailText": "After a year.", "lastModified": "2025-03-04T10:00:00Z", "publication": "daily.example"},
    }  # fmt: skip
    alone, answered = read(**item), read(response={"status": "ok", "content": item})
    assert alone == answered
    assert (alone["headline"], alone["standfirst"], alone["section"]) == ("The bridge", "After a year.", "World news")
    assert (alone["text"], alone["byline"], alone["uri"]) == ("Open.\n\nAt last.", ["Jane Doe"], URL)
    assert (alone["published_at"], alone["site"]) == (MORNING, "daily.example")


def test_newspaper4k_says_site_time_and_link_in_its_metadata():
    found = read(
        url="https://m.ilcanale.example/ponte?utm_source=x",
        canonical_link=URL,
        title="Il ponte",
        text="Riaperto.",
        authors=["Anna Neri"],
        publish_date=None,
        meta_data={"og": {"site_name": "Il Canale"}, "article": {"published_time": "2025-03-04T09:20:00Z"}},
        meta_description="Dopo un anno.",
        summary="",
    )
    assert (found["uri"], found["publisher"]) == (URL, "Il Canale")
    assert (found["published_at"], found["standfirst"]) == (MORNING, "Dopo un anno.")


def test_a_text_that_newsapi_cut_is_a_teaser():
    with pytest.raises(RejectInput) as stopped:
        read(
            source={"id": None, "name": "Il Canale"}, title="Il ponte", content="Il ponte riapre e\u2026 [+1234 chars]"
        )
    assert stopped.value.reason_code == "teaser_only"


@pytest.mark.parametrize("wrapped", [{"articles": [{"text": "a"}]}, {"status": "ok", "results": [{"title": "b"}, {}]}])
def test_an_answer_with_many_articles_says_what_to_give_instead(wrapped):
    with pytest.raises(RejectInput, match=r"list `(articles|results)`") as stopped:
        read(**wrapped)
    assert stopped.value.reason_code == "no_text"


def test_a_reference_to_a_character_is_resolved_without_touching_lines():
    assert read(body_html="Citt&agrave; &amp; valle\nfine")["text"] == "Città & valle\nfine"


MAPPED = Fields(
    headline=("data.items.0.head",),
    text=("data.items.1.body", "data.items.0.body"),
    byline=("meta.by", "firma"),
    published_at=("meta.giorno",),
    uri=("meta.where",),
    source=("testata",),
    section=("a.b",),
)


def test_fields_of_the_configuration_come_before_the_common_ones():
    document = {
        "headline": "Sbagliato",
        "text": "Sbagliato.",
        "data": {"items": [{"head": "Il ponte", "body": "<p>Riaperto.</p>"}]},
        "firma": "Anna Neri",
        "meta": {"giorno": "4 marzo 2025", "where": URL, "by": {"name": 3}},
        "testata": "Il Canale",
        "a.b": "Cronaca",
        "author": "Luca Bassi",
    }
    found = read_object(json.dumps(document), latest=LATEST, fields=MAPPED)
    assert (found["headline"], found["text"], found["byline"]) == ("Il ponte", "Riaperto.", ["Anna Neri"])
    assert (found["published_at"], found["uri"]) == (datetime(2025, 3, 4, tzinfo=UTC), URL)
    assert (found["publisher"], found["section"]) == ("Il Canale", "Cronaca")


@pytest.mark.parametrize("data", [None, 7, [], {}, {"items": []}, {"items": "testo"}, {"items": {"0": 1}}, [[["x"]]]])
def test_a_mapped_field_that_is_not_there_leaves_the_common_ones(data):
    found = read_object(json.dumps({"data": data, "text": "Riaperto."}), latest=LATEST, fields=MAPPED)
    assert found["text"] == "Riaperto."


SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20)
KEYS = st.sampled_from(
    ["headline", "headlines", "title", "bodies", "people", "rel", "name", "@graph", "@id", "@type", "author", "publisher",
     "value", "rendered", "role", "contenttype", "fields", "_embedded", "meta_data", "response", "content", "pubstatus",
     "url", "link", "source", "date", "date_gmt", "inLanguage", "located"]
)  # fmt: skip
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5), max_leaves=20
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(KEYS, VALUES, max_size=8))
def test_whatever_lies_in_the_fields_gives_a_document_or_a_reason(document):
    found = outcome({"text": "Riaperto.", **document}, fields=MAPPED)
    if isinstance(found, str):
        assert found in {"no_text", "withdrawn", "teaser_only", "damaged_json"}
        return
    assert found["text"]
    for value in found.values():
        assert isinstance(value, str | list | datetime | None)
        str(value).encode()


@pytest.mark.parametrize(
    "document",
    [
        {"text": "[+1" * 300_000},
        {"text": "a", "headline": "<" * 900_000},
        {"text": "<p " * 300_000},
        {"text": "&" * 1_000_000},
        {"text": "a", "@graph": [{"@id": str(n)} for n in range(100_000)]},
        {"text": "a", "bodies": [{"value": "x"}] * 100_000},
        {"text": "a", "people": [{"rel": "author", "name": "Anna Neri"}] * 20_000},
    ],
    ids=["cut", "headline", "tags", "references", "graph", "bodies", "people"],
)
@pytest.mark.timeout(20)
def test_hostile_objects_end(document):
    found = outcome(document)
    assert found in ("no_text", "damaged_html") if isinstance(found, str) else found["text"]


def test_an_object_is_known_by_its_beginning():
    assert all(looks_like_object(text) for text in ('{"a": 1}', " \n{ }", '[\n {"a": 1'))
    assert not any(looks_like_object(text) for text in ("{ inizio }", "[Roma] Testo", "", "Testo {}"))
