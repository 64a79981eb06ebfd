"""The record and the tables: the one place where a column is named and typed.

`TABLES` are what is published in a lake. `WORKING` lists the columns that exist only while a batch
goes through the stages. `docs/fields.md` is generated from this module.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

SCHEMA_VERSION = 2

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
ENTITY_TYPES = ("PERSON", "ORG", "GPE", "LOC", "FAC", "NORP", "EVENT", "PRODUCT", "WORK_OF_ART", "LAW")


@dataclass(frozen=True)
class Field:
    """A column: its Arrow type, what it holds, and when it is null (an empty `null` means never)."""

    name: str
    type: pa.DataType
    holds: str
    null: str = ""
    example: str = ""


@dataclass(frozen=True)
class Table:
    """A Parquet dataset of the lake.

    `key` is unique in the table and orders the rows of a file; `month_of` is the column whose month
    is the hive partition, or empty where the table is not partitioned.
    """

    name: str
    holds: str
    key: tuple[str, ...]
    month_of: str
    fields: tuple[Field, ...]

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema written into every file of the table."""
        return pa.schema(
            [pa.field(f.name, f.type, nullable=bool(f.null)) for f in self.fields],
            metadata={"babelwire.table": self.name, "babelwire.schema_version": str(SCHEMA_VERSION)},
        )


_ARTICLE_ID = Field(
    "article_id",
    TEXT,
    "Who the article is: a digest of its canonical URI, else of its source and cleaned text.",
    example="5d1f0c3ab9e2478f60d1a2b3c4d5e6f7",
)
_STORY_ID = Field("story_id", TEXT, "The story the article belongs to.", example="st-5d1f0c3ab9e2478f")
_PUBLISHED_AT = Field("published_at", TIME, "When it was published, in UTC.", example="2025-03-04 09:30:00+00:00")
_RUN_ID = Field("run_id", TEXT, "The run that wrote the row.", example="20250304T040000Z-3f9a")

ARTICLES = Table(
    "articles",
    "One row per article and revision.",
    ("article_id", "revision"),
    "published_at",
    (
        _ARTICLE_ID,
        Field("revision", pa.int32(), "1 for the first text seen under this id, then counted up.", example="1"),
        Field("content_hash", TEXT, "A digest of headline, standfirst and text as cleaned.", example="9b74c989"),
        Field("uri", TEXT, "The canonical URI in the document.", "the document names none", "https://example.org/a"),
        Field(
            "source",
            TEXT,
            "The publisher: from the document, else the configuration, else the site of the URI, else empty.",
            example="Gazzetta della Via",
        ),
        Field("section", TEXT, "The section or category of the publisher.", "not given", "politica"),
        Field("headline", TEXT, "The headline.", "the text shows none", "Sciopero della scuola"),
        Field("standfirst", TEXT, "The summary under the headline.", "the text shows none"),
        Field("byline", pa.list_(TEXT), "The people who wrote it.", example="['Anna Neri']"),
        Field("dateline", TEXT, "Place and agency as the text opens with them.", "none shown", "Genova (Agenzia)"),
        _PUBLISHED_AT,
        Field(
            "published_from",
            TEXT,
            "Where `published_at` was found: metadata, text, file (its modification time) or run. "
            "Of the last two the time says nothing about the article.",
            example="metadata",
        ),
        Field("modified_at", TIME, "When the publisher last changed it, in UTC.", "not given"),
        Field("language", TEXT, "BCP 47 tag of the main language; `und` where it is too short to tell.", example="it"),
        Field("language_confidence", pa.float64(), "0 to 1, as the detector gives it.", example="0.99"),
        Field(
            "languages",
            SHARES,
            "Share of each language by letters of its paragraphs, largest first.",
            example="[{'language': 'it', 'share': 1.0}]",
        ),
        Field("text", TEXT, "The body as cleaned, paragraphs separated by an empty line."),
        Field("removed", pa.list_(TEXT), "What cleaning cut from the document, in order of appearance."),
        Field("headline_en", TEXT, "The headline in English.", "not translated, or no headline"),
        Field(
            "text_en",
            TEXT,
            "The body in English, paragraph by paragraph; the text itself where it is English.",
            "`translation_status` is pending or unsupported",
        ),
        Field(
            "translation_status", TEXT, "not_needed, translated, partial, pending or unsupported.", example="translated"
        ),
        Field("translation_engine", TEXT, "Engine and version.", "nothing was translated", "apertium 3.8.3 via cat"),
        Field("translation_checks", pa.list_(TEXT), "The checks that segments failed, each once."),
        Field("word_count", pa.int32(), "Words of `text`.", example="214"),
        _STORY_ID,
        Field("relation", TEXT, "original, duplicate, near_duplicate or overlap, to `related_to`.", example="original"),
        Field("related_to", TEXT, "The earlier article it is related to.", "`relation` is original"),
        Field("similarity", pa.float64(), "0 to 1, the score of that pair.", "`relation` is original"),
        _RUN_ID,
        Field("ingested_at", TIME, "When it first entered the lake."),
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
        ),
        Field("name", TEXT, "The canonical name.", example="Antony Blinken"),
        Field("type", TEXT, f"One of {', '.join(ENTITY_TYPES)}.", example="PERSON"),
        Field("mentions", pa.int32(), "How often it is named in `text_en`.", example="3"),
        Field("surface_forms", pa.list_(TEXT), "How it is written there, most frequent first."),
        Field("spans", SPANS, "Where: character offsets in `text_en`."),
        _PUBLISHED_AT,
        Field(
            "evidence",
            TEXT,
            "What decided the type: newsroom, country, place, title, given_name, organisation, source, article or model.",
            "written before the column existed",
            "title",
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
        Field("headline_en", TEXT, "The first English headline, from the lead on.", "no article has one"),
        Field("article_ids", pa.list_(TEXT), "Its articles, earliest first."),
        Field("article_count", pa.int32(), "How many articles.", example="3"),
        Field("source_count", pa.int32(), "How many different sources, the unknown one counted once.", example="2"),
        Field("languages", pa.list_(TEXT), "Their languages, sorted.", example="['en', 'it']"),
        Field("first_published_at", TIME, "`published_at` of the earliest."),
        Field("last_published_at", TIME, "`published_at` of the latest."),
        Field("top_entities", pa.list_(TEXT), "The ten names in most of its articles."),
        Field("lead_article_id", TEXT, "The earliest, then longest article."),
        Field(
            "merged_story_ids",
            pa.list_(TEXT),
            "The ids of stories that were joined to this one, in the order of their joining.",
            "none was, or written before the column existed",
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
        Field("matched_to", TEXT, "The earlier article of the pair; of exact copies the earliest."),
        Field("relation", TEXT, "duplicate, near_duplicate or overlap.", example="overlap"),
        Field("method", TEXT, "What decided: content_hash, minhash or words_and_entities.", example="minhash"),
        Field(
            "score",
            pa.float64(),
            "0 to 1: for near_duplicate the share of the shorter text, for overlap the weighted mean of words and entities, less the further apart.",
            example="0.62",
        ),
        Field("jaccard", pa.float64(), "Share of common word shingles.", "not computed"),
        Field("words", pa.float64(), "Cosine of the weighted words.", "not computed"),
        Field(
            "entities",
            pa.float64(),
            "Cosine of the weighted names and numbers.",
            "not computed",
        ),
        Field("hours_apart", pa.float64(), "Hours between the two.", "a date is not from the document"),
        _PUBLISHED_AT,
        Field("vectors", pa.float64(), "Cosine of the sentence vectors.", "not computed"),
    ),
)

INPUTS = Table(
    "inputs",
    "The ledger: one row per input of a run that was not `unchanged`.",
    ("uri", "run_id"),
    "at",
    (
        Field("uri", TEXT, "Where the input lay; `#n` is the n-th record of a file.", example="file:///in/a.jsonl#3"),
        Field("bytes_digest", TEXT, "SHA-256 of its bytes.", "they were not read"),
        Field("size", pa.int64(), "Its bytes.", "unknown", "2048"),
        Field("disposition", TEXT, f"What became of it: {', '.join(DISPOSITIONS)}.", example="new"),
        Field("article_id", TEXT, "The article it became or belongs to.", "it became none"),
        Field("revision", pa.int32(), "The revision of the article it became.", "it added no text"),
        Field("stage", TEXT, "The stage that stopped it.", "none did"),
        Field("reason_code", TEXT, "A word of the list in docs/operations.md.", "nothing stopped it", "empty"),
        Field("reason", TEXT, "The same as a sentence.", "nothing stopped it"),
        _RUN_ID,
        Field("at", TIME, "When the run started."),
    ),
)

RUNS = Table(
    "runs",
    "One row per run that was published.",
    ("run_id",),
    "",
    (
        _RUN_ID,
        Field("state", TEXT, "completed, or completed_with_warnings where something is rejected or pending."),
        Field("started_at", TIME, "When it started."),
        Field("finished_at", TIME, "When it was published."),
        Field("inputs", pa.int64(), "How many inputs; the sum of the six counts.", example="120"),
        *(Field(name, pa.int64(), f"Inputs with disposition {name}.") for name in DISPOSITIONS),
        Field("articles", pa.int64(), "Rows written to `articles`: new, revised and finished ones."),
        Field("stories", pa.int64(), "Stories opened or changed."),
        Field(
            "seconds",
            pa.list_(pa.struct([("stage", pa.string()), ("seconds", pa.float64())])),
            "Seconds spent in each stage, summed over workers.",
        ),
        Field(
            "versions",
            pa.list_(pa.struct([("name", pa.string()), ("version", pa.string())])),
            "Versions of what decides the result.",
        ),
        Field("configuration", TEXT, "Digest of the settings that decide the result."),
        Field("since", TIME, "Start of the window asked for.", "no window"),
        Field("until", TIME, "End of the window asked for (exclusive).", "no window"),
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
