"""One entry of a news feed, as the process that parses feeds hands it on."""

from __future__ import annotations

from typing import Any, NamedTuple


class Entry(NamedTuple):
    """An entry of a feed.

    Attributes:
        key: its id, else its link, else a digest of what it says.
        article: what it says, with the names of schema.org.
        text: whether it has any text.
        is_cut: whether its text visibly breaks off.
        announces: the address of its page, where the entry is not the whole article.
    """

    key: str
    article: dict[str, Any]
    text: bool
    is_cut: bool
    announces: str | None
