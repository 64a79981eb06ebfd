"""One input in something that was found, as those who cut it out hand it on."""

from __future__ import annotations

from dataclasses import dataclass

from babelwire.errors import InputProblem


@dataclass(frozen=True)
class Record:
    """One input in a stream.

    Attributes:
        name: its place in the stream as a URI fragment, percent-encoded, the steps joined by `#`; empty for the
            stream itself.
        offset, length: the bytes in the stream; a length of None reaches to the end.
        content: the bytes themselves, where the stream cannot be opened there again.
        problem: why it cannot be taken.
        address: the web address it was fetched from, where the stream says so.
        charset: the character encoding that the transport declared.
        media_type: what it is, where the stream says so; else its bytes do.
        link: the web address of the page that this is only an announcement of.
    """

    name: str = ""
    offset: int = 0
    length: int | None = None
    content: bytes | None = None
    problem: InputProblem | None = None
    address: str | None = None
    charset: str | None = None
    media_type: str | None = None
    link: str | None = None
