"""How compressed files and archives are opened, and what of them is refused."""

import gzip
import io
import random
import struct
import tarfile
import tempfile
import zipfile
import zlib

import pytest

from reading.archives.archive_samples import COMPRESS, LINES, TEXT, records_in, taken, tarred, zipped

compressions = pytest.mark.parametrize("kind", COMPRESS)
BOTH = pytest.mark.parametrize("pack", [zipped, tarred])


@compressions
def test_a_compressed_text_is_one_input_without_a_name(kind):
    assert taken(COMPRESS[kind](TEXT)) == [("", TEXT)]


@compressions
def test_the_parts_of_a_compressed_file_are_one_text(kind):
    assert taken(COMPRESS[kind](TEXT[:20]) + COMPRESS[kind](TEXT[20:])) == [("", TEXT)]


@compressions
def test_zeros_behind_a_compressed_file_are_padding(kind):
    assert taken(COMPRESS[kind](TEXT) + b"\0" * 8) == [("", TEXT)]


@compressions
def test_rubbish_behind_a_compressed_file_is_damage(kind):
    assert taken(COMPRESS[kind](TEXT) + b"rubbish, not zeros") == [("", "damaged_archive")]


@compressions
def test_nothing_is_taken_of_a_text_that_breaks_off(kind):
    packed = COMPRESS[kind](TEXT * 50)
    for end in (12, len(packed) // 2, len(packed) - 1):
        assert taken(packed[:end]) == [("", "damaged_archive")]


@compressions
def test_a_wrong_checksum_takes_the_text_with_it(kind):
    packed = bytearray(COMPRESS[kind](TEXT))
    packed[{"gzip": -6, "bzip2": 10, "xz": len(packed) // 2, "zstd": -1}[kind]] ^= 1
    assert taken(bytes(packed)) == [("", "damaged_archive")]


@compressions
def test_whole_json_lines_before_a_break_are_taken_and_the_break_is_told(kind):
    chance = random.Random(4)
    lines = [b'{"number": %d}' % chance.getrandbits(64) for _ in range(45_000)]
    packed = COMPRESS[kind](b"\n".join(lines))
    found = taken(packed[: len(packed) * 3 // 4])
    assert len(found) > 1000
    assert found[-1] == ("", "damaged_archive")
    assert [content for _, content in found[:-1]] == lines[: len(found) - 1]


@compressions
def test_json_lines_in_a_compressed_file_are_numbered_and_come_with_their_bytes(kind):
    found = records_in(COMPRESS[kind](LINES))
    assert [(record.name, record.content) for record in found] == list(zip("123", LINES.splitlines(), strict=True))


@compressions
def test_a_text_that_unpacks_to_more_than_an_input_may_have_is_too_large(kind):
    assert taken(COMPRESS[kind](b"x" * 5_000_000), max_bytes=100_000) == [("", "too_large")]


@compressions
def test_no_more_is_unpacked_than_may_be(kind, monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    bomb = COMPRESS[kind](b"{" + b" " * 30_000_000)
    assert taken(bomb, max_unpacked_bytes=3_000_000) == [("", "bomb")]
    assert not any(tmp_path.iterdir())


@compressions
def test_a_tar_in_a_compressed_file_is_opened_too(kind):
    assert taken(COMPRESS[kind](tarred(("a.txt", TEXT), ("b/c.jsonl", LINES)))) == [
        ("a.txt", TEXT),
        *((f"b/c.jsonl#{n}", line) for n, line in enumerate(LINES.splitlines(), start=1)),
    ]


@BOTH
def test_members_are_inputs_named_by_their_path(pack):
    assert taken(pack(("a.txt", TEXT), ("città/b #1.txt", b"due"))) == [
        ("a.txt", TEXT),
        ("citt%C3%A0/b%20%231.txt", b"due"),
    ]


@BOTH
def test_what_lies_deep_in_archives_is_named_step_by_step(pack):
    inner = zipped(("n.jsonl.gz", gzip.compress(LINES)))
    assert [name for name, _ in taken(gzip.compress(pack(("i.zip", inner))))] == [
        f"i.zip#n.jsonl.gz#{n}" for n in "123"
    ]


@BOTH
def test_archives_nested_too_deep_are_named_and_the_others_read(pack):
    packed = pack(("a.zip", zipped(("b.gz", gzip.compress(TEXT)))), ("c.txt", TEXT))
    assert taken(packed, max_depth=2) == [("a.zip#b.gz", "nested_too_deep"), ("c.txt", TEXT)]
    assert taken(packed, max_depth=0) == [("", "nested_too_deep")]


@BOTH
@pytest.mark.parametrize(
    "name", ["../a.txt", "a/../../b.txt", "/etc/passwd", "..\\..\\a.txt", "\\\\server\\a.txt", "C:\\a.txt", "C:a.txt"]
)
def test_a_name_that_leads_out_of_the_archive_is_refused(pack, name):
    found = taken(pack((name, TEXT), ("a.txt", TEXT)))
    assert [what for _, what in found] == ["path_outside", TEXT]


@BOTH
def test_hidden_files_and_what_macos_adds_are_passed_over(pack):
    assert taken(pack((".a", TEXT), ("b/.c/d.txt", TEXT), ("__MACOSX/._e.txt", TEXT), ("./f.txt", TEXT))) == [
        ("f.txt", TEXT)
    ]


@pytest.mark.filterwarnings("ignore:Duplicate name")
@BOTH
def test_members_of_one_name_are_all_read(pack):
    found = taken(pack(("a.txt", b"uno"), ("a.txt", b"due"), ("a.txt~2", b"tre"), ("a.txt", b"quattro")))
    assert [content for _, content in found] == [b"uno", b"due", b"tre", b"quattro"]
    assert len({name for name, _ in found}) == 4


@BOTH
def test_an_archive_without_a_file_is_empty(pack):
    assert taken(pack((".hidden", TEXT))) == [("", "empty")]
    assert taken(zipped()) == [("", "empty")]


@BOTH
def test_too_many_members_are_not_taken(pack):
    found = taken(pack(*((f"{n}.txt", TEXT) for n in range(5))), max_members=3)
    assert found == [("0.txt", TEXT), ("1.txt", TEXT), ("2.txt", TEXT), ("", "bomb")]


@BOTH
def test_a_large_member_is_named_and_the_others_are_read(pack):
    assert taken(pack(("a.txt", b"x" * 3_000_000), ("b.txt", TEXT)), max_bytes=1000) == [
        ("a.txt", "too_large"),
        ("b.txt", TEXT),
    ]


@BOTH
def test_json_lines_of_any_size_are_read_from_a_member(pack):
    lines = b'{"n": "%s"}\n' % (b"x" * 500) * 5000
    found = taken(pack(("a.jsonl", lines), ("b.txt", TEXT)), max_bytes=1000)
    assert (len(found), found[-1]) == (5001, ("b.txt", TEXT))


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_zip_may_be_packed_by_any_method_of_python(method):
    assert taken(zipped(("a.txt", TEXT), method=method)) == [("a.txt", TEXT)]


def test_a_zip_member_packed_by_another_method_is_named():
    packed = zipped(("a.txt", TEXT), ("b.txt", TEXT)).replace(
        b"PK\x01\x02\x14\x03\x14\0\0\0\x08\0", b"PK\x01\x02\x14\x03\x14\0\0\0\x09\0", 1
    )
    assert taken(packed) == [("a.txt", "unknown_format"), ("b.txt", TEXT)]


def test_an_encrypted_zip_member_is_named():
    packed = bytearray(zipped(("a.txt", TEXT), ("b.txt", TEXT)))
    packed[packed.index(b"PK\x01\x02") + 8] |= 1
    assert taken(bytes(packed)) == [("a.txt", "encrypted"), ("b.txt", TEXT)]


def test_a_zip_member_with_a_wrong_checksum_is_named_and_the_others_are_read():
    packed = zipped(("a.txt", TEXT), ("b.txt", TEXT[::-1]), method=zipfile.ZIP_STORED)
    assert taken(packed.replace(TEXT, TEXT.upper())) == [("a.txt", "damaged_archive"), ("b.txt", TEXT[::-1])]


def test_a_zip_that_breaks_off_is_refused():
    packed = zipped(("a.txt", TEXT), ("b.txt", TEXT))
    for end in (4, 60, len(packed) - 1):
        assert taken(packed[:end]) == [("", "damaged_archive")]


def test_a_zip_whose_name_has_another_encoding_is_named_by_its_bytes():
    packed = zipped(("citt_.txt", TEXT)).replace(b"citt_", b"citt\x85")
    assert taken(packed) == [("citt%85.txt", TEXT)]


def test_a_nul_in_a_zip_name_is_refused():
    assert [what for _, what in taken(zipped(("a_.txt", TEXT)).replace(b"a_.txt", b"a\0.txt"))] == ["path_outside"]


@pytest.mark.parametrize("name", ["[Content_Types].xml", "mimetype", "META-INF/MANIFEST.MF"])
def test_an_office_document_is_one_binary_input(name):
    assert taken(zipped((name, b"x"), ("word/document.xml", TEXT))) == [("", "binary")]


def test_zip_members_that_lie_in_one_another_are_a_bomb():
    content = zlib.compress(b"\0" * 1_000_000)[2:-4]
    local = struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 0, 8, 0, 0, 0, len(content), 1_000_000, 1, 0)
    entry = struct.pack(
        "<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 8, 0, 0, 0, len(content), 1_000_000, 1, 0, 0, 0, 0, 0, 0
    )
    directory = b"".join(entry + b"%d" % n for n in range(9))
    start = len(local) + 1 + len(content)
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 9, 9, len(directory), start, 0)
    assert taken(local + b"0" + content + directory + end) == [("", "bomb")]


def test_a_zip_with_64_bit_sizes_is_read():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive, archive.open("a.txt", "w", force_zip64=True) as member:
        member.write(TEXT)
    assert taken(made.getvalue()) == [("a.txt", TEXT)]


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_every_form_of_tar_is_read(form):
    long = "n/" * 60 + "a.txt"
    assert taken(tarred((long, TEXT), ("è.txt", b""), ("b.txt", b"x" * 512), form=form)) == [
        (long, TEXT),
        ("%C3%A8.txt", b""),
        ("b.txt", b"x" * 512),
    ]


def test_links_and_folders_in_a_tar_are_passed_over_and_devices_named():
    odd = {kind: tarfile.TarInfo(f"t{kind.decode()}") for kind in (b"1", b"2", b"3", b"5", b"6")}
    for kind, info in odd.items():
        info.type, info.linkname = kind, "/etc/passwd"
    assert taken(tarred(*odd.values(), ("a.txt", TEXT))) == [
        ("t3", "not_a_file"),
        ("t6", "not_a_file"),
        ("a.txt", TEXT),
    ]


def test_members_before_the_break_of_a_tar_are_taken_and_the_break_is_told():
    packed = tarred(("a.txt", TEXT), ("b.txt", TEXT), form=tarfile.USTAR_FORMAT)
    assert taken(packed[:1100]) == [("a.txt", TEXT), ("", "damaged_archive")]
    assert taken(packed[:1540]) == [("a.txt", TEXT), ("", "damaged_archive")]
    assert taken(packed[:2048]) == [("a.txt", TEXT), ("b.txt", TEXT), ("", "damaged_archive")]


def test_a_tar_that_goes_on_behind_its_end_is_read_on():
    assert taken(tarred(("a.txt", TEXT)) + tarred(("b.txt", TEXT))) == [("a.txt", TEXT), ("b.txt", TEXT)]


def test_an_endless_header_of_a_tar_is_never_in_memory():
    info = tarfile.TarInfo("x")
    info.type, info.size = tarfile.XHDTYPE, 8_000_000_000
    assert taken(tarred(("a.txt", TEXT))[:1024] + info.tobuf(tarfile.USTAR_FORMAT) + b"9" * 5000) == [
        ("a.txt", TEXT),
        ("", "damaged_archive"),
    ]


@pytest.mark.parametrize("said", [b"x path=a\n", b"99999 path=a\n", b"0 path=a\n", b"8 size=-\n", b"6\n"])
def test_a_garbled_extended_header_of_a_tar_is_damage(said):
    info = tarfile.TarInfo("x")
    info.type, info.size = tarfile.XHDTYPE, len(said)
    head = info.tobuf(tarfile.USTAR_FORMAT) + said.ljust(512, b"\0")
    assert taken(tarred(("a.txt", TEXT))[:1024] + head + tarred(("b.txt", TEXT))) == [
        ("a.txt", TEXT),
        ("", "damaged_archive"),
    ]


def test_a_sparse_file_in_a_tar_is_named_and_the_others_are_read():
    info = tarfile.TarInfo("s.txt")
    info.pax_headers = {"GNU.sparse.major": "1"}
    assert taken(tarred(info, ("a.txt", TEXT))) == [("s.txt", "unknown_format"), ("a.txt", TEXT)]
