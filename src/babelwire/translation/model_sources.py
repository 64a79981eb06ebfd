"""Where models come from: Mozilla's catalogue, a web address or a folder, and the list of files that each offers."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote, urlsplit

import httpx
from pydantic import BaseModel, Field, ValidationError

from babelwire import __version__
from babelwire.translation.model_manifest import (
    MANIFEST,
    MOST_BYTES,
    Download,
    Manifest,
    ModelError,
    ModelFile,
    Offer,
    Sha256,
    Size,
    parse_manifest,
    split_pair,
)

# What Firefox itself asks, and fxtranslate too. It tells size and SHA-256 of each file, packed and unpacked.
MOZILLA = "https://firefox.settings.services.mozilla.com/v1/buckets/main/collections/translations-models-v2/records"
MOZILLA_FILES = "https://firefox-settings-attachments.cdn.mozilla.net"
# fxtranslate 0.5.0 takes models of version 3, and so does Firefox.
_MAJOR_VERSION = "3"
_ARCHITECTURES = ("tiny", "base-memory", "base")

_CHUNK = 1 << 16
_MOST_REDIRECTS = 5


class Source(Protocol):
    """Tells what it has, and reads it out from any byte on."""

    def offer(self, pair: str) -> Offer:
        """The model of a pair. Raises ModelError where there is none."""

    def stream(self, location: str, start: int) -> AbstractContextManager[tuple[int, Iterator[bytes]]]:
        """The byte it begins at, `start` or 0, and the bytes from there on. Raises ModelError."""


@contextmanager
def open_source(source: str | None, *, connect_seconds: float, read_seconds: float) -> Iterator[Source]:
    """A source: a folder, an https address (http on this machine only), or Mozilla's where it is None.

    A folder or an address is laid out as a folder of models is: `it-en/manifest.json` and the files beside it.

    Raises:
        ModelError: the address is not allowed, or there is no such folder.
    """
    if source is not None and "://" not in source:
        folder = Path(source).expanduser()
        if not folder.is_dir():
            raise ModelError(f"There is no folder {folder}. Give a folder of models, or an https address.")
        yield _Folder(folder)
        return
    address = source or MOZILLA
    try:
        _refuse_unsafe(httpx.URL(address), address)
    except httpx.InvalidURL as problem:
        raise ModelError(f"{address!r} is not an address. Give a folder of models, or an https address.") from problem
    with httpx.Client(
        headers={"User-Agent": f"babelwire/{__version__}", "Accept-Encoding": "identity"},
        timeout=httpx.Timeout(read_seconds, connect=connect_seconds),
        follow_redirects=True,
        max_redirects=_MOST_REDIRECTS,
        event_hooks={"request": [lambda request: _refuse_unsafe(request.url, address)]},
    ) as client:
        yield _Web(client, address) if source else _Mozilla(client, address)


class _Folder:
    def __init__(self, root: Path) -> None:
        self._root = root

    def offer(self, pair: str) -> Offer:
        path = self._root / pair / MANIFEST
        try:
            with path.open("rb") as file:
                said = file.read(MOST_BYTES + 1)
        except OSError as problem:
            raise ModelError(f"There is no model of {pair} in {self._root}: {path} cannot be read.") from problem
        manifest = parse_manifest(said, pair, str(path))
        return Offer(manifest, tuple(Download(f, f"{pair}/{f.name}", f.size, f.sha256) for f in manifest.files))

    @contextmanager
    def stream(self, location: str, start: int) -> Iterator[tuple[int, Iterator[bytes]]]:
        try:
            file = (self._root / location).open("rb")
        except OSError as problem:
            raise ModelError(f"{self._root / location} cannot be read ({problem.strerror}).") from problem
        with file:
            file.seek(start)
            yield start, iter(lambda: file.read(_CHUNK), b"")


class _Web:
    def __init__(self, client: httpx.Client, address: str) -> None:
        self._client = client
        self._root = address.rstrip("/")

    def offer(self, pair: str) -> Offer:
        url = f"{self._root}/{pair}/{MANIFEST}"
        manifest = parse_manifest(self._read(url), pair, url)
        return Offer(manifest, tuple(Download(f, f"{pair}/{f.name}", f.size, f.sha256) for f in manifest.files))

    @contextmanager
    def stream(self, location: str, start: int) -> Iterator[tuple[int, Iterator[bytes]]]:
        with self._answer(f"{self._root}/{quote(location)}", start) as response:
            ranged = response.status_code == httpx.codes.PARTIAL_CONTENT
            yield start if ranged else 0, response.iter_raw(_CHUNK)

    def _read(self, url: str) -> bytes:
        said = b""
        with self._answer(url, 0) as response:
            for chunk in response.iter_raw(_CHUNK):
                said += chunk
                if len(said) > MOST_BYTES:
                    break
        return said

    @contextmanager
    def _answer(self, url: str, start: int) -> Iterator[httpx.Response]:
        with _explained(url), self._asked(url, start) as response:
            begins = response.headers.get("Content-Range", "").startswith(f"bytes {start}-")
            wanted = httpx.codes.PARTIAL_CONTENT if start and begins else httpx.codes.OK
            if response.status_code == wanted or (start and response.status_code == httpx.codes.OK):
                yield response
                return
            status = response.status_code
        if start:
            with self._answer(url, 0) as response:
                yield response
            return
        raise ModelError(f"{url} cannot be had: the server answers {status}. Check the address and the language pair.")

    def _asked(self, url: str, start: int) -> AbstractContextManager[httpx.Response]:
        return self._client.stream("GET", url, headers={"Range": f"bytes={start}-"} if start else {})


class _Mozilla(_Web):
    def __init__(self, client: httpx.Client, records: str) -> None:
        super().__init__(client, MOZILLA_FILES)
        self._records = records

    def offer(self, pair: str) -> Offer:
        source, target = split_pair(pair)
        url = f"{self._records}?sourceLanguage={quote(source)}&targetLanguage={quote(target)}"
        offers = _mozilla_offers(self._read(url), pair)
        if not offers:
            raise ModelError(f"Mozilla has no model from {source} to {target} that this version can use.")
        return offers[-1]


class _Attachment(BaseModel):
    location: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]{0,300}$")
    size: Size
    hash: Sha256


class _Record(BaseModel):
    """One file in Mozilla's catalogue."""

    name: str
    source: str = Field(alias="sourceLanguage")
    target: str = Field(alias="targetLanguage")
    version: str = Field(pattern=rf"^{_MAJOR_VERSION}(?:\.[0-9]{{1,9}}){{0,2}}$")
    architecture: str
    only_where: str | None = Field(None, alias="filter_expression")
    size: Size = Field(alias="decompressedSize")
    sha256: Sha256 = Field(alias="decompressedHash")
    attachment: _Attachment


def _mozilla_offers(said: bytes, pair: str) -> list[Offer]:
    """The complete models among Mozilla's records, the best last: by version, then by architecture."""
    groups: dict[tuple[tuple[int, ...], int], list[_Record]] = {}
    for record in _records(said):
        if split_pair(pair) != (record.source, record.target) or record.only_where:
            continue
        rank = _ARCHITECTURES.index(record.architecture) if record.architecture in _ARCHITECTURES else -1
        groups.setdefault((tuple(int(part) for part in record.version.split(".")), rank), []).append(record)
    offers = []
    for _, records in sorted(groups.items()):
        try:
            files = [ModelFile(name=r.name, size=r.size, sha256=r.sha256) for r in records]
            manifest = Manifest(
                pair=pair, version=f"{records[0].version} {records[0].architecture}", files=tuple(files)
            )
        except ValidationError:
            continue
        downloads = [
            Download(f, r.attachment.location, r.attachment.size, r.attachment.hash, packed=True)
            for f, r in zip(files, records, strict=True)
        ]
        offers.append(Offer(manifest, tuple(downloads)))
    return offers


def _records(said: bytes) -> Iterator[_Record]:
    try:
        data: Any = json.loads(said)
    except (ValueError, RecursionError):
        data = None
    listed = data.get("data") if isinstance(data, dict) else None
    if not isinstance(listed, list):
        raise ModelError(
            "Mozilla's catalogue of models cannot be read. Take the model from a copy of your own (--from)."
        )
    for record in listed:
        try:
            yield _Record.model_validate(record)
        except ValidationError:
            continue


def _refuse_unsafe(url: httpx.URL, address: str) -> None:
    if url.scheme == "https" or (url.scheme == "http" and _is_here(url.host) and urlsplit(address).scheme == "http"):
        return
    raise ModelError(f"{url.scheme}://{url.host} is not used for models: only https is, or http on this machine.")


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@contextmanager
def _explained(url: str) -> Iterator[None]:
    host = urlsplit(url).netloc
    try:
        yield
    except httpx.ConnectTimeout as problem:
        raise ModelError(
            f"{host} does not answer. Check the network, or take the model from a folder (--from)."
        ) from problem
    except httpx.ConnectError as problem:
        raise ModelError(
            f"{host} cannot be reached ({problem}). Check the network, or take the model from a folder (--from)."
        ) from problem
    except httpx.TooManyRedirects as problem:
        raise ModelError(f"{url} leads round in redirects. Check the address.") from problem
    except (httpx.HTTPError, httpx.InvalidURL) as problem:
        raise ModelError(
            f"The transfer from {host} broke off ({type(problem).__name__}). Run the command again: it goes on from there."
        ) from problem
