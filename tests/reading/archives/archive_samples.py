"""Archives made in memory, for the tests of those who open them."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile

import zstandard

from babelwire.reading.contents import contents
from babelwire.reading.record import Record
from babelwire.settings import Reading

TEXT = b"Il porto riapre\n\nDopo tre mesi di lavori il porto ha riaperto.\n"
LINES = b'{"headline": "uno"}\n{"headline": "due"}\n{"headline": "tre"}\n'
COMPRESS = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstd": zstandard.ZstdCompressor(write_checksum=True).compress,
}


def zipped(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name), content, method)  # the same bytes at any time
    return made.getvalue()


def tarred(*members: tuple[str, bytes] | tarfile.TarInfo, form: int = tarfile.PAX_FORMAT) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=form) as archive:
        for member in members:
            if isinstance(member, tarfile.TarInfo):
                archive.addfile(member)
            else:
                info = tarfile.TarInfo(member[0])
                info.size = len(member[1])
                archive.addfile(info, io.BytesIO(member[1]))
    return made.getvalue()


def warc_record(
    body: bytes,
    *,
    kind: str = "response",
    identity: str = "1",
    status: str = "200 OK",
    http: str = "Content-Type: text/html; charset=iso-8859-1\r\n",
    content_type: str = "application/http; msgtype=response",
    fields: str = "",
    length: int | None = None,
) -> bytes:
    block = f"HTTP/1.1 {status}\r\n{http}\r\n".encode() + body if content_type.startswith("application/http") else body
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{identity}>\r\n"
        f"WARC-Target-URI: https://giornale.example/{identity}\r\n{fields}Content-Type: {content_type}\r\n"
        f"Content-Length: {len(block) if length is None else length}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def records_in(data: bytes, **limits) -> list[Record]:
    return list(contents(io.BytesIO(data), limits=Reading(**limits)))


def taken(data: bytes, **limits) -> list[tuple[str, bytes | str]]:
    """Name and bytes of each input in `data`, or its reason code."""
    return [
        (record.name, record.problem.reason_code if record.problem else piece(data, record))
        for record in records_in(data, **limits)
    ]


def piece(data: bytes, record: Record) -> bytes:
    if record.content is not None:
        return record.content
    return data[record.offset : None if record.length is None else record.offset + record.length]
