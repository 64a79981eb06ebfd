"""`verify` and `compact` of a lake that lies in an object store."""

from datetime import UTC, datetime

import pytest

from babelwire.lake import Lake
from babelwire.lake.keeping.compact import compact
from babelwire.lake.keeping.verify import verify
from babelwire.lake.opening import open_lake
from newsdesk import FERRY_EN_EDITED
from stored_newsroom import ingest, prepare, publish_prepared


def findings(address):
    lake = open_lake(address)
    with lake.writing_alone(timeout_seconds=5, read_only=True):
        return [*lake.elsewhere(), *verify(lake)]


def an_object(bucket, folder="articles/month=2025-03"):
    return bucket.glob(f"news/lake/{folder}/*.parquet")[0]


def test_a_lake_is_whole_after_its_runs_on_every_machine(address, inbox, on_machine):
    ingest(address, inbox)
    assert findings(address) == []
    with on_machine("b"):
        assert findings(address) == []


def test_an_object_that_is_missing_is_found(address, inbox, bucket, on_machine):
    ingest(address, inbox)
    bucket.rm(an_object(bucket))
    [finding] = findings(address)
    assert finding.code == "missing_object"
    assert "articles/month=2025-03" in finding.says
    with on_machine("b"):
        assert "missing_object" in {finding.code for finding in findings(address)}


@pytest.mark.parametrize("damage", [lambda c: c[:-1], lambda c: c[:500] + bytes([c[500] ^ 1]) + c[501:]])
def test_an_object_with_other_bytes_than_were_put_is_found(address, inbox, bucket, on_machine, damage):
    ingest(address, inbox)
    name = an_object(bucket)
    bucket.pipe(name, damage(bucket.cat_file(name)))
    assert [finding.code for finding in findings(address)] == ["damaged_object"]
    with on_machine("b"):
        assert "damaged_object" in {finding.code for finding in findings(address)}


def test_objects_that_were_put_again_with_the_same_bytes_are_sound_though_their_etag_is_another(
    address, inbox, bucket, monkeypatch
):
    ingest(address, inbox)
    name = an_object(bucket)
    content = bucket.cat_file(name)
    half = 5 * 2**20
    # In parts, as tools that copy buckets do, the ETag is no digest of the bytes.
    upload = bucket.call_s3("create_multipart_upload", Bucket="news", Key=name.removeprefix("news/"))["UploadId"]
    where = {"Bucket": "news", "Key": name.removeprefix("news/"), "UploadId": upload}
    assert len(content) < half
    part = bucket.call_s3("upload_part", **where, PartNumber=1, Body=content)["ETag"]
    bucket.call_s3("complete_multipart_upload", **where, MultipartUpload={"Parts": [{"ETag": part, "PartNumber": 1}]})
    assert findings(address) == []


def test_what_others_put_below_the_address_is_found(address, inbox, bucket):
    ingest(address, inbox)
    bucket.pipe("news/lake/articles/month=2025-03/part-of-somebody.parquet", b"")
    bucket.pipe("news/lake/notes.txt", b"")
    assert {finding.code for finding in findings(address)} == {"leftover_object", "stray_object"}


def test_verify_puts_nothing_and_needs_no_right_to(objects, address, inbox):
    ingest(address, inbox)
    objects.requests.clear()
    objects.meanwhile = lambda method, name: method in {"PUT", "DELETE", "POST"}
    assert findings(address) == []
    assert not objects.asked("PUT")


def test_a_damaged_copy_is_made_good_and_no_fault_of_the_lake(address, inbox):
    ingest(address, inbox)
    [file] = open_lake(address).root.glob("articles/month=2025-03/*.parquet")
    content = bytearray(file.read_bytes())
    content[500] ^= 1
    file.write_bytes(bytes(content))
    assert findings(address) == []


def test_while_a_run_publishes_its_objects_are_not_taken_for_leftovers(objects, address, inbox, on_machine):
    ingest(address, inbox)
    (inbox / "a.txt").write_text(FERRY_EN_EDITED)
    prepare(address, inbox)
    met = []

    def look(method, name):
        if method == "PUT" and name.endswith("manifest.json"):
            objects.meanwhile = None
            with on_machine("b"):
                met.append(findings(address))

    objects.meanwhile = look
    publish_prepared(address, inbox)
    assert met == [[]]


def test_compact_replaces_small_objects_by_large_ones_with_the_same_rows(address, inbox, more, bucket, product):
    ingest(address, inbox)
    (inbox / "a.txt").write_text(FERRY_EN_EDITED)
    ingest(address, inbox, more)
    before, small = product(Lake(address)), bucket.find("news/lake")
    lake = open_lake(address)
    with lake.writing_alone(timeout_seconds=5):
        done = list(compact(lake, file_size=2**20, until=datetime.max.replace(tzinfo=UTC)))
    assert {each.folder for each in done} >= {"articles/month=2025-03", "runs"}
    assert len(bucket.find("news/lake")) < len(small)
    assert product(Lake(address)) == before
    assert findings(address) == []
