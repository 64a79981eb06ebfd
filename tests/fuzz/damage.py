"""Ways to damage an input, drawn by hypothesis, and for how long to go on with it."""

import os
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from itertools import count

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

SECONDS = float(os.environ.get("FUZZ_SECONDS", "0"))
"""How long each reader is fuzzed with ever new inputs; 0 is a few inputs, always the same."""

_QUICK = 60
_ROUND = 500
_LONGEST = timedelta(seconds=10)
_TOKENS = (
    b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xe2\x80\xa8", b"\x85", b"\r", b"\n\n", b"\xc3", b"\xf4\x90\x80\x80",
    b'"\\ud800"', b'\\u0000', b"1e999", b"-9" * 30, b"null", b"{", b"[", b"]}", b'{"text":', b'"@graph":', b"NaN", b'":{"@value":',
    b"<", b"<p>", b"</p>", b"<!--", b"<![CDATA[", b"<table><tr>", b"<svg>", b"<script>", b"&#0;", b"&#xD800;", b"&lol;", b"<?xml ",
    b"<meta charset=utf-7>", b"<meta charset=cp037>", b"<base href=//[>", b"http://[::1", b"https://user:x@host:99999/",
    b"<!DOCTYPE x [<!ENTITY lol 'lol'>]>", b"xmlns:a='b'", b"=?utf-7?B?+2AA-?=", b"=?x?Q?=00?=", b"; charset=nothing", b"boundary=",
    b"--b1", b"Content-Type: message/rfc822\r\n\r\n", b"Content-Length: -1\r\n", b"Content-Length: 99999999999\r\n", b"WARC/1.1\r\n",
    b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b\x08", b"BZh9", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd", b"ustar\0", b"../../x", b"/etc/x",
    b"2025-13-45", b"99999-01-01T99:99", b"31 febbraio 0000", b"0001-01-01T00:00:00+23:59", b"9999-12-31T23:59:59-23:59",
)  # fmt: skip


def damaged(samples: Mapping[str, bytes]) -> st.SearchStrategy[bytes]:
    """A sample with up to six pieces cut, doubled, overwritten, swapped or filled in, or bytes that are no sample."""
    ways = st.tuples(
        st.sampled_from(("cut", "end", "double", "flip", "fill", "token", "splice")),
        st.floats(0, 1, exclude_max=True),
        st.floats(0, 1),
        st.integers(0, 255),
        st.sampled_from(_TOKENS),
        st.sampled_from(sorted(samples.values())),
    )
    return st.one_of(
        st.builds(_after, st.sampled_from(sorted(samples.values())), st.lists(ways, max_size=6)),
        st.builds(b"".join, st.lists(st.sampled_from(_TOKENS), max_size=20)),
        st.binary(max_size=300),
    )


def _after(sample: bytes, ways: list[tuple[str, float, float, int, bytes, bytes]]) -> bytes:
    for way, where, share, byte, token, other in ways:
        at = int(where * len(sample))
        end = at + int(share * min(200, len(sample) - at)) + 1
        before, piece, rest = sample[:at], sample[at:end], sample[end:]
        sample = {
            "cut": before + rest,
            "end": before,
            "double": before + piece * (2 + byte % 40) + rest,
            "flip": before + bytes(each ^ byte for each in piece) + rest,
            "fill": before + bytes([byte]) * len(piece) + rest,
            "token": before + token * (1 + byte % 3) + rest,
            "splice": before + other[int(share * len(other)) :],
        }[way]
    return sample


def fuzz(inputs: st.SearchStrategy[bytes], check: Callable[[bytes], None]) -> None:
    """Calls `check` with inputs; each may take ten seconds."""
    often = settings(
        max_examples=_ROUND if SECONDS else _QUICK,
        derandomize=not SECONDS,
        database=None,
        deadline=_LONGEST,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )
    if not SECONDS:
        often(given(inputs)(check))()
        return
    end = time.monotonic() + SECONDS
    start = time.time_ns()
    for number in count(start):
        seed(number)(often(given(inputs)(check)))()
        if time.monotonic() > end:
            break
