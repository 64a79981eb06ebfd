"""The record and the tables: the one place where a column is named and typed.

`TABLES` are what is published in a lake. `WORKING` lists the columns that exist only while a batch
goes through the stages. `docs/fields.md` is generated from this module.
"""

from __future__ import annotations

import pyarrow as pa

from babelwire.columns import SCHEMA_VERSION, Field, Table

__all__ = [
    "ARTICLES",
    "DISPOSITIONS",
    "DUPLICATE",
    "ENTITIES",
    "ENTITIES_TABLE",
    "ENTITY_TYPES",
    "FRAME",
    "INPUTS",
    "MATCHES",
    "NEW",
    "PENDING",
    "REJECTED",
    "RELATIONS",
    "REVISION",
    "RUNS",
    "RUN_STATES",
    "SCHEMA_VERSION",
    "SHARES",
    "SPANS",
    "STORIES",
    "TABLES",
    "TERMS",
    "TEXT",
    "TIME",
    "TRANSLATION_STATES",
    "UNCHANGED",
    "WORKING",
    "Field",
    "Table",
]

TEXT = pa.string()
TIME = pa.timestamp("us", tz="UTC")
SHARES = pa.list_(pa.struct([("language", pa.string()), ("share", pa.float64())]))
SPANS = pa.list_(pa.struct([("start", pa.int64()), ("end", pa.int64())]))
ENTITIES = pa.list_(
    pa.struct(
        [
            ("entity_id", pa.string()),
            ("name", pa.string()),
            ("type", pa.string()),
            ("mentions", pa.int64()),
            ("surface_forms", pa.list_(pa.string())),
            ("spans", SPANS),
            ("evidence", pa.string()),
        ]
    )
)
TERMS = pa.list_(pa.struct([("term", pa.string()), ("weight", pa.float32())]))

NEW, REVISION, DUPLICATE, UNCHANGED, PENDING, REJECTED = DISPOSITIONS = (
    "new",
    "revision",
    "duplicate",
    "unchanged",
    "pending",
    "rejected",
)
RELATIONS = ("original", "duplicate", "near_duplicate", "overlap")
TRANSLATION_STATES = ("not_needed", "translated", "partial", "pending", "unsupported")
RUN_STATES = ("completed", "completed_with_warnings", "failed")
ENTITY_TYPES = ("PERSON", "ORG", "GPE", "LOC", "FAC", "NORP", "EVENT", "PRODUCT", "WORK_OF_ART", "LAW")

_ARTICLE_ID = Field(
    "article_id",
    TEXT,
    "Who the article is: a digest of its canonical URI, else of its source and cleaned text.",
    example="5d1f0c3ab9e2478f60d1a2b3c4d5e6f7",
    source="identity",
)
_STORY_ID = Field(
    "story_id", TEXT, "The story the article belongs to.", example="st-5d1f0c3ab9e2478f", source="grouping"
)
_PUBLISHED_AT = Field(
    "published_at",
    TIME,
    "When it was published, in UTC.",
    example="2025-03-04 09:30:00+00:00",
    source="document, else the time of the file or the run",
)
_RUN_ID = Field("run_id", TEXT, "The run that wrote the row.", example="20250304T040000Z-3f9a", source="run")

_ORIGIN = Field(
    "origin",
    TEXT,
    "The source of the nightly configuration that named it.",
    "no night took it in, or written before the column existed",
    "agency",
    source="configuration",
)

ARTICLES = Table(
    "articles",
    "One row per article and revision.",
    ("article_id", "revision"),
    "published_at",
    (
        _ARTICLE_ID,
        Field(
            "revision",
            pa.int32(),
            "1 for the first text seen under this id, then counted up.",
            example="1",
            source="publishing",
            least=1,
        ),
        Field(
            "content_hash",
            TEXT,
            "A digest of headline, standfirst and text as cleaned.",
            example="9b74c9897bac770ffc029102a200c5de",
            source="identity",
        ),
        Field(
            "uri",
            TEXT,
            "The canonical URI in the document.",
            "the document names none",
            "https://example.org/a",
            source="document",
        ),
        Field(
            "source",
            TEXT,
            "The publisher: from the document, else the configuration, else the site of the URI, else empty.",
            example="Gazzetta della Via",
            source="document, else configuration",
        ),
        Field("section", TEXT, "The section or category of the publisher.", "not given", "politica", source="document"),
        Field("headline", TEXT, "The headline.", "the text shows none", "Sciopero della scuola", source="document"),
        Field(
            "standfirst",
            TEXT,
            "The summary under the headline.",
            "the text shows none",
            "Aule chiuse in tre province",
            source="document",
        ),
        Field("byline", pa.list_(TEXT), "The people who wrote it.", example="['Anna Neri']", source="document"),
        Field(
            "dateline",
            TEXT,
            "Place and agency as the text opens with them.",
            "none shown",
            "Genova (Agenzia)",
            source="document",
        ),
        _PUBLISHED_AT,
        Field(
            "published_from",
            TEXT,
            "Where `published_at` was found: metadata, text, file (its modification time) or run. "
            "Of the last two the time says nothing about the article.",
            example="metadata",
            source="identity",
            one_of=("metadata", "text", "file", "run"),
        ),
        Field(
            "modified_at",
            TIME,
            "When the publisher last changed it, in UTC.",
            "not given",
            "2025-03-04 11:05:00+00:00",
            source="document",
        ),
        Field(
            "language",
            TEXT,
            "BCP 47 tag of the main language; `und` where it is too short to tell.",
            example="it",
            source="detection",
        ),
        Field(
            "language_confidence",
            pa.float64(),
            "How sure the detector is.",
            example="0.99",
            unit="0 to 1",
            source="detection",
            least=0,
            most=1,
        ),
        Field(
            "languages",
            SHARES,
            "Share of each language by letters of its paragraphs, largest first.",
            example="[{'language': 'it', 'share': 1.0}]",
            unit="0 to 1",
            source="detection",
            parts=(Field("share", pa.float64(), "Its share of the letters.", least=0, most=1),),
        ),
        Field(
            "text",
            TEXT,
            "The body as cleaned, paragraphs separated by an empty line.",
            example="Le scuole di tre province restano chiuse ...",
            source="cleaning",
        ),
        Field(
            "removed",
            pa.list_(TEXT),
            "What cleaning cut from the document, in order of appearance.",
            example="['Foto: A. Neri']",
            source="cleaning",
        ),
        Field(
            "headline_en",
            TEXT,
            "The headline in English.",
            "not translated, or no headline",
            "School strike",
            source="translation",
        ),
        Field(
            "text_en",
            TEXT,
            "The body in English, paragraph by paragraph; the text itself where it is English.",
            "`translation_status` is pending or unsupported",
            "The schools of three provinces stay closed ...",
            source="translation",
        ),
        Field(
            "translation_status",
            TEXT,
            f"One of {', '.join(TRANSLATION_STATES)}.",
            example="translated",
            source="translation",
            one_of=TRANSLATION_STATES,
        ),
        Field(
            "translation_engine",
            TEXT,
            "Engine and version.",
            "nothing was translated",
            "apertium 3.8.3 via cat",
            source="translation",
        ),
        Field(
            "translation_checks",
            pa.list_(TEXT),
            "The checks that segments failed, each once.",
            example="['numbers']",
            source="translation",
        ),
        Field("word_count", pa.int32(), "Words of `text`.", example="214", unit="words", source="cleaning", least=0),
        _STORY_ID,
        Field(
            "relation",
            TEXT,
            f"What it is to `related_to`: one of {', '.join(RELATIONS)}.",
            example="original",
            source="grouping",
            one_of=RELATIONS,
        ),
        Field(
            "related_to",
            TEXT,
            "The earlier article it is related to.",
            "`relation` is original",
            "77d0c1f2a3b4958677d0c1f2a3b49586",
            source="grouping",
        ),
        Field(
            "similarity",
            pa.float64(),
            "The score of that pair.",
            "`relation` is original",
            "0.83",
            unit="0 to 1",
            source="grouping",
            least=0,
            most=1,
        ),
        _RUN_ID,
        Field(
            "ingested_at",
            TIME,
            "When it first entered the lake, in UTC.",
            example="2025-03-05 02:00:00+00:00",
            source="run",
        ),
    ),
)

ENTITIES_TABLE = Table(
    "entities",
    "One row per article (its newest revision) and entity.",
    ("article_id", "entity_id"),
    "published_at",
    (
        _ARTICLE_ID,
        _STORY_ID,
        Field(
            "entity_id",
            TEXT,
            "The same for the same name and type everywhere: of the newsroom's file, ISO 3166, GeoNames, or made of the name.",
            example="person:antony-blinken",
            source="recognition",
        ),
        Field("name", TEXT, "The canonical name.", example="Antony Blinken", source="recognition"),
        Field(
            "type",
            TEXT,
            f"One of {', '.join(ENTITY_TYPES)}.",
            example="PERSON",
            source="recognition",
            one_of=ENTITY_TYPES,
        ),
        Field(
            "mentions",
            pa.int32(),
            "How often it is named in `text_en`.",
            example="3",
            unit="mentions",
            source="recognition",
            least=0,
        ),
        Field(
            "surface_forms",
            pa.list_(TEXT),
            "How it is written there, most frequent first.",
            example="['Blinken', 'Antony Blinken']",
            source="recognition",
        ),
        Field(
            "spans",
            SPANS,
            "Where: offsets in `text_en`, the end not included.",
            example="[{'start': 0, 'end': 7}]",
            unit="characters",
            source="recognition",
            parts=(
                Field("start", pa.int64(), "The first character.", least=0),
                Field("end", pa.int64(), "The character after the last.", least=1),
            ),
        ),
        _PUBLISHED_AT,
        Field(
            "evidence",
            TEXT,
            "What decided the type: newsroom, country, place, title, given_name, organisation, source, article or model.",
            "written before the column existed",
            "title",
            source="recognition",
        ),
    ),
)

STORIES = Table(
    "stories",
    "One row per story: the articles about one event, in any language.",
    ("story_id",),
    "first_published_at",
    (
        _STORY_ID,
        Field(
            "headline_en",
            TEXT,
            "The first English headline, from the lead on.",
            "no article has one",
            "School strike",
            source="grouping",
        ),
        Field(
            "article_ids",
            pa.list_(TEXT),
            "Its articles, earliest first.",
            example="['5d1f0c3ab9e2478f60d1a2b3c4d5e6f7']",
            source="grouping",
        ),
        Field(
            "article_count", pa.int32(), "How many articles.", example="3", unit="articles", source="grouping", least=1
        ),
        Field(
            "source_count",
            pa.int32(),
            "How many different sources, the unknown one counted once.",
            example="2",
            unit="sources",
            source="grouping",
            least=1,
        ),
        Field("languages", pa.list_(TEXT), "Their languages, sorted.", example="['en', 'it']", source="grouping"),
        Field(
            "first_published_at",
            TIME,
            "`published_at` of the earliest.",
            example="2025-03-04 09:30:00+00:00",
            source="grouping",
        ),
        Field(
            "last_published_at",
            TIME,
            "`published_at` of the latest.",
            example="2025-03-06 18:12:00+00:00",
            source="grouping",
        ),
        Field(
            "top_entities",
            pa.list_(TEXT),
            "The ten names in most of its articles.",
            example="['Genova', 'Anna Neri']",
            source="grouping",
        ),
        Field(
            "lead_article_id",
            TEXT,
            "The earliest, then longest article, then that of the most trusted source.",
            example="5d1f0c3ab9e2478f60d1a2b3c4d5e6f7",
            source="grouping",
        ),
        Field(
            "merged_story_ids",
            pa.list_(TEXT),
            "The ids of stories that were joined to this one, in the order of their joining.",
            "none was, or written before the column existed",
            "['st-77d0c1f2a3b49586']",
            source="grouping",
        ),
    ),
)

MATCHES = Table(
    "matches",
    "The evidence: one row per accepted pair of articles.",
    ("article_id", "matched_to"),
    "published_at",
    (
        _ARTICLE_ID,
        Field(
            "matched_to",
            TEXT,
            "The earlier article of the pair; of exact copies the earliest.",
            example="77d0c1f2a3b4958677d0c1f2a3b49586",
            source="grouping",
        ),
        Field(
            "relation",
            TEXT,
            f"One of {', '.join(RELATIONS[1:])}.",
            example="overlap",
            source="grouping",
            one_of=RELATIONS[1:],
        ),
        Field(
            "method",
            TEXT,
            "What decided: content_hash, minhash or words_and_entities.",
            example="minhash",
            source="grouping",
        ),
        Field(
            "score",
            pa.float64(),
            "For near_duplicate the share of the shorter text, for overlap the weighted mean of words, names and sentence vectors, less the further apart.",
            example="0.62",
            unit="0 to 1",
            source="grouping",
            least=0,
            most=1,
        ),
        Field(
            "jaccard",
            pa.float64(),
            "Share of common word shingles.",
            "not computed",
            "0.71",
            unit="0 to 1",
            source="grouping",
            least=0,
            most=1,
        ),
        Field(
            "words",
            pa.float64(),
            "Cosine of the weighted words.",
            "not computed",
            "0.44",
            unit="0 to 1",
            source="grouping",
            least=0,
            most=1,
        ),
        Field(
            "entities",
            pa.float64(),
            "Cosine of the weighted names and numbers.",
            "not computed",
            "0.58",
            unit="0 to 1",
            source="grouping",
            least=0,
            most=1,
        ),
        Field(
            "hours_apart",
            pa.float64(),
            "Time between the two.",
            "a date is not from the document",
            "7.5",
            unit="hours",
            source="grouping",
            least=0,
        ),
        _PUBLISHED_AT,
        Field(
            "vectors",
            pa.float64(),
            "Cosine of the sentence vectors.",
            "not computed",
            "0.81",
            unit="-1 to 1",
            source="grouping",
            least=-1,
            most=1,
        ),
    ),
)

INPUTS = Table(
    "inputs",
    "The ledger: one row per input of a run that was not `unchanged`.",
    ("uri", "run_id"),
    "at",
    (
        Field(
            "uri",
            TEXT,
            "Where the input lay; `#n` is the n-th record of a file.",
            example="file:///in/a.jsonl#3",
            source="reading",
        ),
        Field(
            "bytes_digest",
            TEXT,
            "SHA-256 of its bytes.",
            "they were not read",
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            source="reading",
        ),
        Field("size", pa.int64(), "How many bytes.", "unknown", "2048", unit="bytes", source="reading", least=0),
        Field(
            "disposition",
            TEXT,
            f"What became of it: {', '.join(DISPOSITIONS)}.",
            example="new",
            source="publishing",
            one_of=DISPOSITIONS,
        ),
        Field(
            "article_id",
            TEXT,
            "The article it became or belongs to.",
            "it became none",
            "5d1f0c3ab9e2478f60d1a2b3c4d5e6f7",
            source="identity",
        ),
        Field(
            "revision",
            pa.int32(),
            "The revision of the article it became.",
            "it added no text",
            "1",
            source="publishing",
            least=1,
        ),
        Field("stage", TEXT, "The stage that stopped it.", "none did", "parse", source="that stage"),
        Field(
            "reason_code",
            TEXT,
            "A word of the list in docs/operations.md.",
            "nothing stopped it",
            "empty",
            source="that stage",
        ),
        Field(
            "reason", TEXT, "The same as a sentence.", "nothing stopped it", "The file is empty.", source="that stage"
        ),
        _RUN_ID,
        Field("at", TIME, "When the run started, in UTC.", example="2025-03-05 02:00:00+00:00", source="run"),
        _ORIGIN,
        Field(
            "processing_seconds",
            pa.float64(),
            "How long the stages worked on it. What a stage does for many inputs at once is shared out by their length.",
            "written before the column existed",
            "0.214",
            unit="seconds",
            source="batch",
            least=0,
        ),
    ),
)

RUNS = Table(
    "runs",
    "One row per run that was published.",
    ("run_id",),
    "",
    (
        _RUN_ID,
        Field(
            "state",
            TEXT,
            "completed, completed_with_warnings, or failed: of a night that is published all the same; `warnings` says why.",
            example="completed",
            source="run",
            one_of=RUN_STATES,
        ),
        Field("started_at", TIME, "When it started, in UTC.", example="2025-03-05 02:00:00+00:00", source="run"),
        Field("finished_at", TIME, "When it was published, in UTC.", example="2025-03-05 02:04:31+00:00", source="run"),
        Field(
            "inputs",
            pa.int64(),
            "How many inputs; the sum of the six counts.",
            example="120",
            unit="inputs",
            source="run",
            least=0,
        ),
        *(
            Field(
                name, pa.int64(), f"Inputs with disposition {name}.", example="20", unit="inputs", source="run", least=0
            )
            for name in DISPOSITIONS
        ),
        Field(
            "articles",
            pa.int64(),
            "Rows written to `articles`: new, revised and finished ones.",
            example="96",
            unit="rows",
            source="run",
            least=0,
        ),
        Field("stories", pa.int64(), "Stories opened or changed.", example="71", unit="stories", source="run", least=0),
        Field(
            "seconds",
            pa.list_(pa.struct([("stage", pa.string()), ("seconds", pa.float64())])),
            "Time spent in each stage, summed over workers.",
            example="[{'stage': 'parse', 'seconds': 4.2}]",
            unit="seconds",
            source="run",
            parts=(Field("seconds", pa.float64(), "In this stage.", least=0),),
        ),
        Field(
            "versions",
            pa.list_(pa.struct([("name", pa.string()), ("version", pa.string())])),
            "Versions of what decides the result.",
            example="[{'name': 'spacy', 'version': '3.8.7'}]",
            source="run",
        ),
        Field(
            "configuration",
            TEXT,
            "Digest of the settings that decide the result.",
            example="4f1c09ab27d35e68",
            source="configuration",
        ),
        Field(
            "since", TIME, "Start of the window asked for.", "no window", "2025-03-01 00:00:00+00:00", source="command"
        ),
        Field(
            "until",
            TIME,
            "End of the window asked for, not included.",
            "no window",
            "2025-03-08 00:00:00+00:00",
            source="command",
        ),
        Field(
            "logical_date",
            pa.date32(),
            "The date of the night.",
            "not a night, or written before the column existed",
            "2025-03-05",
            source="command",
        ),
        Field(
            "warnings",
            pa.list_(TEXT),
            "Why its state is not completed, as sentences.",
            "written before the column existed",
            "['1 of 120 inputs was rejected.']",
            source="run",
        ),
    ),
)

TABLES = {t.name: t for t in (ARTICLES, ENTITIES_TABLE, STORIES, MATCHES, INPUTS, RUNS)}

WORKING = (
    # read
    Field(
        "input_uri",
        TEXT,
        "Where the input lies: a URI, with a fragment for a record or member of it (`#3`, `#folder/a.html`).",
    ),
    Field("offset", pa.int64(), "First byte of the input in its file."),
    Field("length", pa.int64(), "Bytes of the input in its file.", "the whole file"),
    Field("file_size", pa.int64(), "Bytes of the file when it was listed.", "not a file"),
    Field("file_modified_at", TIME, "Modification time of the file when it was listed.", "not a file"),
    _ORIGIN,
    Field("publisher", TEXT, "The publisher of documents from there that name none.", "as the settings say"),
    Field("fetched_from", TEXT, "The web address that the bytes came from.", "not from the web"),
    Field("charset", TEXT, "The character encoding that the server declared.", "it declared none"),
    Field("raw", pa.large_binary(), "The bytes; not kept after parsing.", "not read"),
    Field("bytes_digest", TEXT, "SHA-256 of the bytes.", "not read"),
    Field("size", pa.int64(), "How many bytes.", "not read"),
    Field("known_digest", TEXT, "SHA-256 of the bytes that the lake last took in from this input.", "none"),
    # what a stage says of a row it cannot handle
    Field("disposition", TEXT, "rejected or pending.", "the row is in order"),
    Field("stage", TEXT, "The stage that said so.", "the row is in order"),
    Field("reason_code", TEXT, "Why, as a word.", "the row is in order"),
    Field("reason", TEXT, "Why, as a sentence.", "the row is in order"),
    Field("processing_seconds", pa.float64(), "How long the stages worked on it.", "no stage did yet"),
    # parse
    Field("media_type", TEXT, "text/plain, text/html, application/json or message/rfc822.", "not known yet"),
    Field("declared_language", TEXT, "The language the document claims.", "it claims none"),
    # recognise, fingerprint
    Field("entities", ENTITIES, "The entities of `text_en`.", "the row is stopped"),
    Field("signature", pa.list_(pa.uint32()), "MinHash of the text in its own language.", "no text"),
    Field(
        "terms",
        TERMS,
        "Weighted words, names and numbers of the English text, and the words of the original.",
        "no text",
    ),
    Field(
        "vector",
        pa.list_(pa.int8()),
        "Sentence vector of the headline and the opening in their own language, its unit in steps of 1/127.",
        "no text, or no encoder",
    ),
)

FRAME: dict[str, pa.DataType] = {f.name: f.type for f in (*ARTICLES.fields, *WORKING)}
