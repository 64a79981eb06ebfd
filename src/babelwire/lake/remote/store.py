"""The objects below an address in a store that speaks S3, and puts that take place only where nobody was quicker."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import fsspec

from babelwire.errors import BabelwireError, UsageError

_ADDRESS = re.compile(r"s3://([^/@:?#]+)((?:/[^/?#]+)*)/*")
_READS = 3
_OF_THIS_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}
_NOT_MODIFIED, _NOT_FOUND, _CONFLICT, _CONDITION_FAILED, _NOT_IMPLEMENTED = 304, 404, 409, 412, 501


class Conflict(Exception):  # noqa: N818 - it is no error, somebody else was quicker
    """The object is no longer, or already, there as the condition of a put says."""


@dataclass(frozen=True)
class Read:
    """An object that was read.

    Attributes:
        etag: what to name it by in a condition.
        age_seconds: since it was put, by the clock of the store.
    """

    content: bytes
    etag: str
    age_seconds: float


@dataclass(frozen=True)
class Listed:
    """An object as a listing tells it; the time is the store's."""

    size: int
    etag: str
    modified_at: datetime


@dataclass(frozen=True)
class Store:
    """The objects below `s3://bucket/prefix`. Names of objects are relative to it.

    Credentials and endpoint are those that the AWS tools take from the environment.

    Every method raises BabelwireError, as a sentence, where the store cannot be reached, refuses or has no such bucket.
    """

    bucket: str
    prefix: str

    @classmethod
    def at(cls, address: str) -> Store:
        """The store of an address.

        Raises:
            UsageError: it is not of the form `s3://bucket/prefix`, or s3fs is not installed.
        """
        scheme = address.partition("://")[0]
        if scheme != "s3":
            raise UsageError(
                f"A lake cannot be kept at an address that begins with {scheme}://: only folders and s3:// will do. Of "
                "the stores only S3 has the conditional put that keeps two runs from undoing each other."
            )
        found = _ADDRESS.fullmatch(address)
        if found is None or any(part in {".", ".."} for part in found[2].split("/")):
            # What is wrong with it may be a password in it.
            raise UsageError("The address of a lake in a store is s3://bucket/prefix, without anything else in it.")
        try:
            fsspec.get_filesystem_class("s3")
        except ImportError as error:
            raise UsageError(f"{address} needs a package that is not installed: pip install 'babelwire[s3]'") from error
        return cls(found[1], found[2].strip("/"))

    @property
    def address(self) -> str:
        """The address, without a slash at its end."""
        return f"s3://{self._path('')}".rstrip("/")

    def get(self, name: str, *, other_than: str | None = None) -> Read | None:
        """An object; None where it is still the one with the ETag `other_than`.

        Raises:
            FileNotFoundError: there is none.
        """
        condition = {"IfNoneMatch": other_than} if other_than else {}
        with self._told():
            try:
                found, content = self._read(name, condition)
            except Exception as error:
                if _status(error) == _NOT_MODIFIED:
                    return None
                raise
        now = parsedate_to_datetime(found["ResponseMetadata"]["HTTPHeaders"]["date"])
        return Read(content, found["ETag"], (now - found["LastModified"]).total_seconds())

    def put(self, name: str, content: bytes, *, replacing: str | None) -> str:
        """Puts an object in the place of the one with the ETag `replacing`, or of none; gives the new ETag.

        Raises:
            Conflict: another is there.
        """
        condition = {"IfMatch": replacing} if replacing else {"IfNoneMatch": "*"}
        with self._told():
            return str(self._call("put_object", name, Body=content, **condition)["ETag"])

    def upload(self, file: Path, name: str) -> None:
        """Puts an object that nobody else puts."""
        with self._told():
            self._system.put_file(str(file), self._path(name))

    def download(self, name: str, file: Path) -> None:
        """Writes an object to a file.

        Raises:
            FileNotFoundError: there is no such object.
            OSError: the file cannot be written.
        """
        with self._told():
            self._system.get_file(self._path(name), str(file))

    def list(self) -> dict[str, Listed]:
        """All objects, by name."""
        start = self._path("")
        with self._told():
            # A listing that was kept is of before the last put of somebody else.
            self._system.invalidate_cache()
            found = self._system.find(start, detail=True)
        return {
            path.removeprefix(start): Listed(entry["size"], entry["ETag"], entry["LastModified"])
            for path, entry in found.items()
            if path.startswith(start)
        }

    def delete(self, name: str) -> None:
        """Removes an object, also one that is gone already."""
        with self._told():
            self._call("delete_object", name)

    @property
    def _system(self) -> Any:
        return fsspec.filesystem("s3")

    def _path(self, name: str) -> str:
        return "/".join(part for part in (self.bucket, self.prefix) if part) + f"/{name}"

    def _call(self, method: str, name: str, **arguments: Any) -> Any:
        key = self._path(name).partition("/")[2]
        return self._system.call_s3(method, Bucket=self.bucket, Key=key, **arguments)

    def _read(self, name: str, condition: dict[str, str]) -> tuple[dict[str, Any], bytes]:
        # The store's own library asks again where a question fails, but not where an answer breaks off.
        for left in reversed(range(_READS)):
            found = self._call("get_object", name, **condition)
            try:
                return found, fsspec.asyn.sync(self._system.loop, found["Body"].read)
            except Exception:
                if not left:
                    raise
        raise AssertionError

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            if isinstance(error, OSError) and (error.filename or error.errno in _OF_THIS_DISK):
                raise
            raise self._in_words(error) from error

    def _in_words(self, error: Exception) -> Exception:
        status, code = _status(error), _code(error)
        if code == "NoSuchBucket":
            return UsageError(f"There is no bucket {self.bucket}. Make it, or check its name and the endpoint.")
        if status == _CONDITION_FAILED or code == "ConditionalRequestConflict":
            return Conflict()
        if status == _NOT_FOUND or isinstance(error, FileNotFoundError):
            return FileNotFoundError()
        if status == _NOT_IMPLEMENTED:
            return UsageError(no_conditions(self.address))
        if isinstance(error, PermissionError) or "Credentials" in type(error).__name__:
            return BabelwireError(
                f"{self.address} may not be read or written without credentials, or with these. Set those of a user who "
                "may, as in AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
            )
        return BabelwireError(
            f"The store of {self.address} cannot be reached or refuses ({code or type(error).__name__}). Look at the "
            "network, the credentials and the endpoint (as in AWS_ENDPOINT_URL), and run the same command again."
        )


def no_conditions(address: str) -> str:
    """What to say where a store does not heed conditions."""
    return (
        f"The store of {address} knows no conditional put (If-Match, If-None-Match), without which two runs could undo "
        "each other. Keep the lake in a folder, or in a store that does."
    )


def _answer(error: BaseException | None) -> dict[str, Any]:
    while error is not None:
        found = getattr(error, "response", None)
        if isinstance(found, dict):
            return found
        error = error.__cause__
    return {}


def _status(error: Exception) -> int | None:
    status = _answer(error).get("ResponseMetadata", {}).get("HTTPStatusCode")
    return status if isinstance(status, int) else None


def _code(error: Exception) -> str:
    return str(_answer(error).get("Error", {}).get("Code", ""))
