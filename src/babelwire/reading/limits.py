"""How much may come out of one thing that is read, so that a small archive cannot fill the disk or the night."""

from __future__ import annotations

from babelwire.errors import RejectInput
from babelwire.settings import Reading

# deflate cannot do better than 1,032 times; a site's pages in one solid archive stay below 200 times
_MOST_TIMES = 1000
_ALWAYS_BYTES = 1_000_000_000


class Bomb(RejectInput):
    """The outermost archive gives more than may be taken; nothing more is taken of it (`bomb`)."""

    def __init__(self, reason: str) -> None:
        super().__init__("bomb", reason)


class Budget:
    """What is left of `reading.max_unpacked_bytes` and `reading.max_members` for one outermost file.

    Args:
        limits: the settings; archives within archives share one budget.
        packed: size of the outermost file in bytes; no more than 1,000 times as much is unpacked of it, where that
            is more than a gigabyte.
    """

    def __init__(self, limits: Reading, packed: int | None = None) -> None:
        self.limits = limits
        self._bytes = self._most_bytes = min(
            limits.max_unpacked_bytes,
            limits.max_unpacked_bytes if packed is None else max(_ALWAYS_BYTES, _MOST_TIMES * packed),
        )
        self._members = limits.max_members

    def spend(self, count: int) -> None:
        """Counts `count` unpacked bytes.

        Raises:
            Bomb: there are more than `reading.max_unpacked_bytes`, or far more than there are packed ones.
        """
        self._bytes -= count
        if self._bytes < 0:
            raise Bomb(
                f"The archive unpacks to more than {self._most_bytes:,} bytes; what came before was read, the rest "
                "was not. If it is in order, unpack it by hand"
                + (
                    " or raise reading.max_unpacked_bytes."
                    if self._most_bytes == self.limits.max_unpacked_bytes
                    else f": it has more than {_MOST_TIMES:,} times its size in it."
                )
            )

    def count(self) -> None:
        """Counts one member.

        Raises:
            Bomb: there are more than `reading.max_members`.
        """
        self._members -= 1
        if self._members < 0:
            raise Bomb(
                f"The archive has more than {self.limits.max_members:,} members; what came before was read, the "
                "rest was not. If it is in order, unpack it by hand or raise reading.max_members."
            )


def too_large(size: int | None, max_bytes: int) -> RejectInput:
    """The problem of an input of more than `max_bytes` bytes; `size` None where it was not read to its end."""
    has = "has more" if size is None else f"has {size:,} bytes"
    return RejectInput(
        "too_large", f"The input {has}; at most {max_bytes:,} bytes are read. Split it, or raise reading.max_bytes."
    )
