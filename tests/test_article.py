"""The contract of every table."""

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from babelwire.article import DISPOSITIONS, FRAME, RUNS, TABLES, WORKING
from babelwire.fields import fields_page
from babelwire.lake import LakeFolder

COLUMNS = {
    "articles": "article_id revision content_hash uri source section headline standfirst byline dateline published_at "
    "published_from modified_at language language_confidence languages text removed headline_en text_en "
    "translation_status translation_engine translation_checks word_count story_id relation related_to similarity "
    "run_id ingested_at",
    "entities": "article_id story_id entity_id name type mentions surface_forms spans published_at evidence",
    "stories": "story_id headline_en article_ids article_count source_count languages first_published_at "
    "last_published_at top_entities lead_article_id merged_story_ids",
    "matches": "article_id matched_to relation method score jaccard words entities hours_apart published_at vectors",
    "inputs": "uri bytes_digest size disposition article_id revision stage reason_code reason run_id at origin processing_seconds",
    "runs": "run_id state started_at finished_at inputs new revision duplicate unchanged pending rejected articles "
    "stories seconds versions configuration since until logical_date warnings",
}


@pytest.mark.parametrize("name", TABLES)
def test_the_columns_of_a_table_are_these_and_in_this_order(name):
    assert TABLES[name].schema.names == COLUMNS[name].split()


@pytest.mark.parametrize("name", TABLES)
def test_every_file_of_a_table_tells_its_schema_version(name, tmp_path):
    lake = LakeFolder.create(tmp_path / "lake")
    (file,) = lake.table(TABLES[name]).rglob("*.parquet")
    assert pq.read_schema(file).metadata[b"babelwire.schema_version"] == b"4"


@pytest.mark.parametrize("name", TABLES)
def test_a_lake_without_articles_reads_with_every_column(name, tmp_path):
    LakeFolder.create(tmp_path / "lake")
    frame = pd.read_parquet(tmp_path / "lake" / name)
    assert len(frame) == 0
    assert [c for c in frame.columns if c != "month"] == COLUMNS[name].split()


def test_every_column_has_one_type_wherever_it_occurs():
    seen: dict[str, set[str]] = {}
    for table in TABLES.values():
        for field in table.fields:
            if field.name not in {"entities", "languages", "stories", "articles", "revision"}:
                seen.setdefault(field.name, set()).add(str(field.type))
    assert {name for name, types in seen.items() if len(types) > 1} == set()


def test_times_are_in_utc():
    times = [f for t in TABLES.values() for f in t.fields if pa.types.is_timestamp(f.type)]
    assert times
    assert {f.type.tz for f in times} == {"UTC"}


def test_a_run_counts_every_disposition():
    assert set(DISPOSITIONS) <= set(RUNS.schema.names)


def test_working_columns_do_not_hide_published_ones():
    assert {f.name for f in WORKING}.isdisjoint(TABLES["articles"].schema.names)
    assert len(FRAME) == len(WORKING) + len(TABLES["articles"].fields)


def test_docs_fields_is_generated_from_the_tables():
    page = Path(__file__).parents[1] / "docs" / "fields.md"
    assert page.read_text("utf-8") == fields_page(), "run: make docs"
