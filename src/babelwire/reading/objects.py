"""Finds and opens objects in stores that fsspec knows, such as `s3://bucket/prefix`."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, BinaryIO, cast
from urllib.parse import quote, unquote, urlsplit

import fsspec

from babelwire.errors import BabelwireError, RejectInput, TryLater, UsageError
from babelwire.reading.found import Found, Unusable

# Smaller objects are fetched once, by the planner, and travel to the worker; of larger ones it reads what it needs.
_CARRIED = 1_000_000


@dataclass(frozen=True)
class FoundObject(Found):
    """An object in a store."""

    @property
    def lasts(self) -> bool:  # type: ignore[override]
        return self.size is None or self.size > _CARRIED

    def open(self) -> BinaryIO:
        return open_object(self.uri) if self.lasts else io.BytesIO(_bytes_of(self.uri))


def find_objects(addresses: Sequence[str]) -> Iterator[Found | Unusable]:
    """The objects at and below the addresses, each once, folder by folder, sorted by name.

    Names that begin with a dot are passed over. A folder is listed when its turn comes.

    Raises:
        UsageError: the kind of store is not known or its package is missing, or there is nothing at an address.
        BabelwireError: the store does not answer, or refuses.
    """
    starts = [(address, *_start(address)) for address in dict.fromkeys(addresses)]
    return _objects(starts)


def open_object(uri: str) -> BinaryIO:
    """Opens an object that was found.

    Raises:
        OSError: it cannot be read.
    """
    system, path = _at(uri)
    try:
        # fsspec's own files cannot read a line up to a limit.
        return io.BufferedReader(system.open(path, "rb"))
    except OSError:
        raise
    except Exception as error:  # each kind of store has errors of its own
        raise OSError(None, f"the store says {type(error).__name__}") from error


def _bytes_of(uri: str) -> bytes:
    system, path = _at(uri)
    try:
        return cast("bytes", system.cat_file(path))
    except OSError:
        raise
    except Exception as error:
        raise OSError(None, f"the store says {type(error).__name__}") from error


def _start(address: str) -> tuple[Any, dict[str, Any]]:
    """The file system of an address, and what lies there."""
    if "::" in address:
        raise UsageError(f"{address} joins several kinds of address. Give the address of the object alone.")
    if urlsplit(address).password is not None:
        raise UsageError("An address holds a password, which would be kept in the lake. Give it in the environment.")
    try:
        system, path = fsspec.core.url_to_fs(address)
    except ImportError as error:
        extra = "pip install 'babelwire[s3]'" if address.startswith("s3") else str(error)
        raise UsageError(f"{address} needs a package that is not installed: {extra}") from error
    except ValueError as error:
        raise UsageError(f"{address} is in no kind of store that is known: {error}") from error
    try:
        # A store may answer from what it listed before, and nights are long.
        system.invalidate_cache()
        return system, system.info(path)
    except FileNotFoundError as error:
        raise UsageError(f"There is nothing at {address}. Check the bucket and the prefix.") from error
    except Exception as error:
        if isinstance(error, PermissionError) or "Credentials" in type(error).__name__:
            raise BabelwireError(
                f"{address} may not be listed without credentials, or with these. Set those of a user who may, as in "
                "AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
            ) from error
        raise BabelwireError(
            f"The store of {address} cannot be reached or refuses ({type(error).__name__}). Look at the network, the "
            "credentials and the endpoint (as in AWS_ENDPOINT_URL)."
        ) from error


def _objects(starts: list[tuple[str, Any, dict[str, Any]]]) -> Iterator[Found | Unusable]:
    met: set[str] = set()
    for address, system, info in starts:
        scheme, host = urlsplit(address)[:2]
        # Buckets are the first part of a name, hosts are not.
        prefix = f"{scheme}://{host}/" if hasattr(system, "host") else f"{scheme}://"
        stack: list[Iterator[dict[str, Any]]] = [iter([info])]
        while stack:
            entry = next(stack[-1], None)
            if entry is None:
                stack.pop()
                continue
            uri = _uri(prefix, system, entry["name"])
            if uri in met:
                continue
            met.add(uri)
            if entry["type"] == "directory":
                try:
                    stack.append(_entries(system, entry["name"]))
                except Exception as error:  # each kind of store has errors of its own
                    yield Unusable(uri, _unlisted(error))
            elif entry["type"] == "file":
                yield FoundObject(uri, entry.get("size"), _modified_at(entry))
            else:
                problem = RejectInput(
                    "not_a_file", "This is neither an object nor a folder and was not opened. Only objects are read."
                )
                yield Unusable(uri, problem)


def _entries(system: Any, folder: str) -> Iterator[dict[str, Any]]:
    found = [e for e in system.ls(folder, detail=True) if e["name"].rstrip("/") != folder.rstrip("/")]
    named = ((e["name"].rstrip("/").rpartition("/")[2], e) for e in found)
    return iter([e for name, e in sorted(named, key=lambda pair: pair[0]) if name and not name.startswith(".")])


def _unlisted(error: Exception) -> TryLater:
    because = getattr(error, "strerror", None) or type(error).__name__
    return TryLater(
        "unreadable", f"The folder cannot be listed: {because}. Give this user the right to list it, and run again."
    )


def _modified_at(entry: dict[str, Any]) -> datetime | None:
    """When the object was last changed, in UTC; stores name it differently."""
    for key in ("LastModified", "last_modified", "mtime", "updated", "modify", "created"):
        value = entry.get(key)
        if isinstance(value, str):
            try:
                value = datetime.fromisoformat(value)
            except ValueError:
                continue
        if isinstance(value, int | float):
            return datetime.fromtimestamp(value, UTC)
        if isinstance(value, datetime):
            return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    return None


def _uri(prefix: str, system: Any, name: str) -> str:
    return prefix + quote(system._strip_protocol(name).lstrip("/"), safe="/")


def _at(uri: str) -> tuple[Any, str]:
    system, path = fsspec.core.url_to_fs(unquote(uri))
    return system, path
