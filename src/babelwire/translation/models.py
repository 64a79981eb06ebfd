"""The folder of models on this machine: what is in it, whether it is whole, and fetching a model into it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
from filelock import FileLock, Timeout

from babelwire.translation.model_manifest import (
    MANIFEST,
    MOST_BYTES,
    Download,
    Manifest,
    ModelError,
    ModelFile,
    parse_manifest,
    split_pair,
)
from babelwire.translation.model_sources import Source, open_source

Progress = Callable[[str, int, int], None]
"""Called with a file's name, its bytes so far and its bytes in all, as they are transferred."""

_CHUNK = 1 << 16


@dataclass(frozen=True)
class Model:
    """A model as it lies in the folder.

    Attributes:
        pair: as in `it-en`.
        version: what its manifest says, empty where there is none.
        files: names of the files that belong to it and are there.
        size: their bytes.
        problem: why it cannot be used, None where it is complete.
    """

    pair: str
    version: str
    files: tuple[str, ...]
    size: int
    problem: str | None

    @property
    def complete(self) -> bool:
        """Whether every file is there with the size and digest of the manifest."""
        return self.problem is None


def models_folder(configured: Path | None = None) -> Path:
    """The folder the settings name, else `babelwire/models` in the user's cache folder (XDG_CACHE_HOME, ~/.cache)."""
    if configured is not None:
        return configured.expanduser()
    cache = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return (cache if cache.is_absolute() else Path.home() / ".cache") / "babelwire" / "models"


def installed(pair: str, folder: Path) -> bool:
    """Whether a model is there with files of the right sizes. It does not read the files: `read_model` does."""
    try:
        manifest = read_manifest(pair, folder)
        return all((folder / pair / file.name).stat().st_size == file.size for file in manifest.files)
    except (ModelError, OSError):
        return False


def installed_pairs(folder: Path) -> list[str]:
    """The pairs that are `installed`, in order."""
    return [pair for pair in _pairs(folder) if installed(pair, folder)]


def list_models(folder: Path) -> list[Model]:
    """Every model in the folder, in order of its pair; each file is read and compared with its digest."""
    return [_looked_at(pair, folder) for pair in _pairs(folder)]


def read_manifest(pair: str, folder: Path) -> Manifest:
    """The stored manifest of a pair.

    Raises:
        ModelError: there is none, or it cannot be understood.
    """
    split_pair(pair)
    path = folder / pair / MANIFEST
    try:
        with path.open("rb") as file:
            said = file.read(MOST_BYTES + 1)
    except OSError as problem:
        raise ModelError(f"No model of {pair} is in {folder}. Fetch it with: babelwire models pull {pair}") from problem
    return parse_manifest(said, pair, str(path))


def read_model(pair: str, folder: Path) -> dict[str, bytes]:
    """The contents of a model's files by kind (`model`, `lex`, `vocab`, `srcvocab`, `trgvocab`), all of them verified.

    Raises:
        ModelError: the model is not there, or a file of it is missing or damaged.
    """
    manifest = read_manifest(pair, folder)
    return {file.kind: _read(folder / pair / file.name, file, pair) for file in manifest.files}


def pull(
    pair: str,
    folder: Path,
    *,
    source: str | None = None,
    on_progress: Progress | None = None,
    connect_seconds: float = 5,
    read_seconds: float = 30,
) -> Manifest:
    """Fetches a model into the folder. Nothing is written, and nothing asked, where it is there and whole.

    A file is verified before it is given its name. What broke off stays as `.part` and is finished by the next call.

    Args:
        pair: as in `it-en`.
        source: a folder of models, the address of one, or None for Mozilla's.
        on_progress: told of every piece that arrives.
        connect_seconds: longest wait for a connection.
        read_seconds: longest wait for the next bytes.

    Raises:
        ModelError: the source is not reached or has no such model, what it sends is not what its manifest says,
            another process is fetching the model, or the folder cannot be written.
    """
    with suppress(ModelError):
        read_model(pair, folder)
        return read_manifest(pair, folder)
    split_pair(pair)
    with open_source(source, connect_seconds=connect_seconds, read_seconds=read_seconds) as opened:
        offer = opened.offer(pair)
        place = folder / pair
        try:
            place.mkdir(parents=True, exist_ok=True)
            with FileLock(place / ".lock", timeout=0):
                for download in offer.downloads:
                    _fetch(opened, download, place, on_progress or _silent)
                new = place / f"{MANIFEST}.part"
                new.write_text(offer.manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")
                new.replace(place / MANIFEST)
        except Timeout as problem:
            raise ModelError(f"Another process is fetching {pair} into {folder}. Wait for it to end.") from problem
        except OSError as problem:
            raise ModelError(
                f"{place} cannot be written ({problem.strerror or problem}). Make room or give yourself the right to "
                "write there, or name another folder in translation.models."
            ) from problem
    return offer.manifest


def _fetch(source: Source, download: Download, place: Path, on_progress: Progress) -> None:
    file = download.file
    target, whole = place / file.name, place / f"{file.name}.whole.part"
    if _digest(target) == file.sha256:
        return
    part = place / f"{file.name}{'.zst' if download.packed else ''}.part"
    _transfer(source, download, part, on_progress)
    _verify(part, download.size, download.sha256)
    if not download.packed:
        part.replace(target)
        return
    _unpack(part, whole, file.size)
    _verify(whole, file.size, file.sha256)
    whole.replace(target)
    part.unlink()


def _transfer(source: Source, download: Download, part: Path, on_progress: Progress) -> None:
    have = part.stat().st_size if part.exists() else 0
    if have == download.size:
        return
    have = have if have < download.size else 0
    with source.stream(download.location, have) as (start, chunks), part.open("ab" if start else "wb") as out:
        done = start
        on_progress(download.file.name, done, download.size)
        for chunk in chunks:
            out.write(chunk)
            done += len(chunk)
            on_progress(download.file.name, done, download.size)
            if done > download.size:
                break
    if done < download.size:
        raise ModelError(
            f"{download.file.name} ended after {done} of {download.size} bytes. Run the command again: it goes on from there."
        )


def _unpack(packed: Path, into: Path, size: int) -> None:
    with into.open("wb") as out:
        for chunk in _unpacked(packed, size + 1):
            out.write(chunk)


def _unpacked(packed: Path, most: int) -> Iterator[bytes]:
    # What cannot be unpacked ends early here, and then fails its size and digest.
    with (
        suppress(OSError, pa.ArrowException),
        pa.OSFile(str(packed)) as raw,
        pa.CompressedInputStream(raw, "zstd") as out,
    ):
        while most and (chunk := out.read(min(most, _CHUNK))):
            yield chunk
            most -= len(chunk)


def _verify(part: Path, size: int, sha256: str) -> None:
    found, digest = part.stat().st_size, _digest(part)
    if found == size and digest == sha256:
        return
    part.unlink()
    raise ModelError(
        f"{part.name.removesuffix('.part').removesuffix('.whole')} is not what its manifest says and was deleted: {found} bytes with SHA-256 "
        f"{digest}, not {size} with {sha256}. Run the command again, or take the model from another place (--from)."
    )


def _read(path: Path, file: ModelFile, pair: str) -> bytes:
    again = f"Fetch the model again with: babelwire models pull {pair}"
    try:
        with path.open("rb") as opened:
            content = opened.read(file.size + 1)
    except OSError as problem:
        raise ModelError(f"{path} cannot be read ({problem.strerror}). {again}") from problem
    digest = hashlib.sha256(content).hexdigest()
    if len(content) != file.size or digest != file.sha256:
        found = f"{len(content)} bytes" if len(content) <= file.size else f"more than {file.size} bytes"
        raise ModelError(
            f"{path} is damaged: {found} with SHA-256 {digest}, not {file.size} with {file.sha256}. {again}"
        )
    return content


def _looked_at(pair: str, folder: Path) -> Model:
    version, problem = "", None
    try:
        manifest = read_manifest(pair, folder)
        version = manifest.version
        read_model(pair, folder)
    except ModelError as found:
        problem = str(found)
    sizes = {path.name: path.stat().st_size for path in sorted((folder / pair).glob("*.*")) if _is_ours(path)}
    return Model(pair, version, tuple(sizes), sum(sizes.values()), problem)


def _is_ours(path: Path) -> bool:
    return path.is_file() and path.name not in {MANIFEST, ".lock"} and path.suffix != ".part"


def _pairs(folder: Path) -> list[str]:
    try:
        return sorted(path.name for path in folder.iterdir() if path.is_dir() and _is_pair(path.name))
    except OSError:
        return []


def _is_pair(name: str) -> bool:
    try:
        split_pair(name)
    except ModelError:
        return False
    return True


def _digest(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return None


def _silent(name: str, done: int, size: int) -> None:
    """Says nothing."""
