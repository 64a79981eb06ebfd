"""Takes in damaged inputs of every kind: no crash, none without a disposition, none slower than the limit.

python benchmarks/damaged.py [--inputs N] [--seed N] [--seconds N] [--jobs N]

The inputs are made of examples/articles by cutting, flipping, repeating, nesting and filling up, and by hand: bombs of
tags, entities, brackets and zeros. Each goes alone through discovery and the stages that read it, on the clock; then all
of them go through `babelwire ingest`.
"""

from __future__ import annotations

import argparse
import bz2
import gzip
import io
import json
import lzma
import random
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from html import escape
from pathlib import Path

import zstandard

from babelwire import Lake
from babelwire.cleaning import Clean
from babelwire.frames import make_frame, values
from babelwire.reading import Parse, Read, discover
from babelwire.settings import Reading

EXAMPLES = Path(__file__).parents[1] / "examples" / "articles"
_ENCODINGS = ("utf-8", "cp1252", "iso8859_15", "utf-16", "utf-32", "cp1251", "shift_jis", "mac_roman", "cp037", "utf-7")
_BOMB_EVERY = 50
_MANY = 200_000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--inputs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--jobs", type=int, default=0)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        inbox = Path(folder, "inbox")
        names = write_all(inbox, asked.inputs, random.Random(asked.seed))
        slowest, reasons = one_by_one(inbox, names)
        print(f"{len(names)} damaged inputs gave {reasons.total()} records:")
        for reason, count in reasons.most_common():
            print(f"  {count:7} {reason}")
        print("Slowest:", ", ".join(f"{name} {seconds:.2f} s" for seconds, name in slowest))
        lost, status = together(inbox, names, Path(folder, "lake"), asked.jobs)
        print(f"`babelwire ingest` of all of them: exit status {status}, {len(lost)} without a disposition {lost[:5]}")
    return int(bool(lost) or status != 0 or slowest[0][0] > asked.seconds)


def write_all(inbox: Path, count: int, chance: random.Random) -> list[str]:
    """Writes the inputs, a hundred to a folder; returns their names."""
    sound = dict(_sound())
    bombs = dict(_bombs())
    names = []
    for number in range(count):
        if number % _BOMB_EVERY == 0:
            kind = list(bombs)[number // _BOMB_EVERY % len(bombs)]
            content = bombs[kind]
        else:
            kind = chance.choice(list(sound))
            content = sound[kind]
        as_it_is = kind in bombs and number < _BOMB_EVERY * len(bombs)
        for _ in range(0 if as_it_is else chance.choice((1, 1, 2, 3))):
            content = chance.choice(_WAYS)(content, chance, sound)
        name = f"{number // 100:03}/{number:05}-{kind}"
        (inbox / name).parent.mkdir(parents=True, exist_ok=True)
        (inbox / name).write_bytes(content)
        names.append(name)
    return names


def one_by_one(inbox: Path, names: list[str]) -> tuple[list[tuple[float, str]], Counter[str]]:
    """The five slowest inputs, and how many records ended how."""
    limits = Reading()
    stages = (Read(limits), Parse("", limits), Clean())
    reasons: Counter[str] = Counter()
    seconds = []
    for name in names:
        began = time.perf_counter()
        rows = list(discover([str(inbox / name)], limits=limits))
        frame = make_frame({column: [row[column] for row in rows] for column in rows[0]})
        for stage in stages:
            frame = stage(frame)
        seconds.append((time.perf_counter() - began, name))
        reasons.update(code or "an article" for code in values(frame, "reason_code"))
    return sorted(seconds, reverse=True)[:5], reasons


def together(inbox: Path, names: list[str], lake: Path, jobs: int) -> tuple[list[str], int]:
    """The inputs without a disposition after a run over all of them, and its exit status."""
    command = [Path(sys.executable).with_name("babelwire"), "ingest", inbox, "--lake", lake, "--engine", "none"]
    done = subprocess.run([*command, "--jobs", str(jobs)] if jobs else command, check=False, stdout=subprocess.DEVNULL)
    if done.returncode:
        return names, done.returncode
    root = inbox.resolve().as_uri() + "/"
    uris = Lake(lake).inputs()["uri"]
    known = {str(uri).partition("#")[0].removeprefix(root) for uri in uris}
    return [name for name in names if name not in known], done.returncode


def _sound() -> Iterator[tuple[str, bytes]]:
    files = {path.name: path.read_bytes() for path in sorted(EXAMPLES.iterdir()) if path.is_file()}
    yield from files.items()
    text = files["ponte-genova.txt"].decode()
    shown = "".join(f"<p>{escape(part)}</p>" for part in text.split("\n\n"))
    described = json.dumps({"@type": "NewsArticle", "headline": "Il ponte", "articleBody": text})
    for encoding in _ENCODINGS:
        page = (
            f'<html lang=it><head><meta charset="{encoding}"><title>Il ponte</title></head><body>{shown}</body></html>'
        )
        yield f"page-{encoding}.html", page.encode(encoding, "replace")
    page = f'<html><head><script type="application/ld+json">{described}</script></head><body>{shown}</body></html>'
    yield "described.html", page.encode()
    item = f"<item><title>Il ponte</title><guid>1</guid><description>{escape(shown)}</description></item>"
    yield "feed.rss", f"<rss version='2.0'><channel><title>Il Canale</title>{item * 3}</channel></rss>".encode()
    entry = f"<entry><id>a:1</id><title>Il ponte</title><content type='html'>{escape(shown)}</content></entry>"
    yield "feed.atom", f"<feed xmlns='http://www.w3.org/2005/Atom'><title>Il Canale</title>{entry}</feed>".encode()
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "Redazione <redazione@ilcanale.example>", "Il ponte è aperto"
    mail["Date"] = "Tue, 4 Mar 2025 09:30:00 +0100"
    mail.set_content(text)
    mail.add_alternative(f"<html><body>{shown}</body></html>", subtype="html")
    yield "letter.eml", mail.as_bytes()
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page.encode()
    warc = (
        b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000001>\r\n"
        b"WARC-Date: 2025-03-04T08:30:00Z\r\nWARC-Target-URI: https://www.ilcanale.example/ponte\r\n"
        b"Content-Type: application/http; msgtype=response\r\nContent-Length: %d\r\n\r\n%b\r\n\r\n"
        % (len(answer), answer)
    )
    yield "crawl.warc", warc * 3
    yield "crawl.warc.gz", gzip.compress(warc, mtime=0) * 3
    few = dict(list(files.items())[:6])
    yield "all.zip", _zip(few)
    yield "all.tar", _tar(few)
    yield "all.tar.xz", lzma.compress(_tar(few))
    yield "lines.gz", gzip.compress(files["agenzia.jsonl"], mtime=0)
    yield "lines.bz2", bz2.compress(files["agenzia.jsonl"])
    yield "page.zst", zstandard.compress(page.encode())
    yield "zip.zip", _zip({"inner.zip": _zip(few), "a.gz": gzip.compress(text.encode(), mtime=0)})


def _bombs() -> Iterator[tuple[str, bytes]]:
    laughs = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 10))
    laughs = f"<!DOCTYPE rss [<!ENTITY l0 'ah'>{laughs}]>"
    yield "entities.rss", f"<?xml version='1.0'?>{laughs}<rss><channel><title>&l9;</title></channel></rss>".encode()
    yield "entities.html", f"<?xml version='1.0'?>{laughs}<html><body><p>&l9;</p></body></html>".encode()
    yield "tags.html", b"<html><body>" + b"<p>a" * _MANY
    yield "deep.html", b"<html><body>" + b"<div>" * _MANY
    yield "inline.html", b"<html><body><p>" + b"<b><i>" * _MANY
    yield "tables.html", b"<html><body>" + b"<table><tr><td>" * (_MANY // 10)
    yield "attribute.html", b"<html><body><p class='" + b"a " * _MANY * 5 + b"'>Testo.</p>"
    yield "comments.html", b"<html><body>" + b"<!--" * _MANY + b"<p>Testo."
    yield "charset.html", b"<html><meta " + b"charset " * _MANY
    yield "brackets.json", b'{"text": ' + b"[" * _MANY
    yield "deep.json", b'{"a":' * _MANY + b"1" + b"}" * _MANY
    yield "number.json", b'{"text": "a", "date": ' + b"9" * _MANY + b"}"
    yield "keys.json", b"{" + b",".join(b'"k%d": 1' % n for n in range(_MANY)) + b"}"
    yield "marked-up.json", json.dumps({"text": "<p" * _MANY}).encode()
    yield "items.rss", b"<rss><channel>" + b"<item>" * _MANY
    yield "brackets.md", b"# Titolo\n\n" + b"[" * _MANY
    yield "quotes.md", b"# Titolo\n\n" + b">" * _MANY
    yield "one-line.txt", b"Roma e " * _MANY
    yield "spaces.txt", b"Roma." + b" \n" * _MANY + b"Fine."
    yield "zeros", bytes(10_000_000)
    yield "zeros.gz", gzip.compress(bytes(50_000_000), mtime=0)
    yield "parts.eml", b"Subject: a\nContent-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\na\n" * (_MANY // 4)
    head = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(2000))
    yield "deep.eml", f"From: a@ilcanale.example\nSubject: a\n{head}".encode()
    yield "headers.eml", b"From: a@ilcanale.example\n" + b"Subject: =?utf-8?q?a?=\n" * (_MANY // 4) + b"\nTesto."
    nested = b"Testo."
    for _ in range(30):
        nested = gzip.compress(nested, mtime=0)
    yield "nested.gz", nested
    outside = {"../../outside.txt": b"Testo.", "/etc/outside.txt": b"Testo.", "a/../b.txt": b"Testo."}
    yield "outside.zip", _zip(outside)
    yield "outside.tar", _tar(outside)
    yield "members.zip", _zip({f"{n}.txt": b"Testo." for n in range(300)})


def _zip(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return file.getvalue()


def _tar(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return file.getvalue()


def _span(content: bytes, chance: random.Random) -> tuple[int, int]:
    start = chance.randrange(len(content) + 1)
    return start, min(len(content), start + chance.choice((1, 8, 100, 2000)))


def _cut(content: bytes, chance: random.Random, _sound: dict[str, bytes]) -> bytes:
    return content[: chance.randrange(len(content) + 1)]


def _behead(content: bytes, chance: random.Random, _sound: dict[str, bytes]) -> bytes:
    return content[chance.randrange(len(content) + 1) :]


def _flip(content: bytes, chance: random.Random, _sound: dict[str, bytes]) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.choice((1, 5, 50, 500)) if changed else 0):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _repeat(content: bytes, chance: random.Random, _sound: dict[str, bytes]) -> bytes:
    start, end = _span(content, chance)
    return content[:start] + content[start:end] * chance.choice((2, 20, 200)) + content[end:]


def _leave_out(content: bytes, chance: random.Random, _sound: dict[str, bytes]) -> bytes:
    start, end = _span(content, chance)
    return content[:start] + content[end:]


def _zero(content: bytes, chance: random.Random, _sound: dict[str, bytes]) -> bytes:
    start, end = _span(content, chance)
    return content[:start] + bytes(end - start) + content[end:]


def _graft(content: bytes, chance: random.Random, sound: dict[str, bytes]) -> bytes:
    start, _ = _span(content, chance)
    other = chance.choice(list(sound.values()))
    return content[:start] + other[chance.randrange(len(other) + 1) :]


def _recode(content: bytes, chance: random.Random, _sound: dict[str, bytes]) -> bytes:
    return content.decode(chance.choice(_ENCODINGS), "replace").encode(chance.choice(_ENCODINGS), "replace")


def _pack(content: bytes, chance: random.Random, _sound: dict[str, bytes]) -> bytes:
    packed: Callable[[], bytes] = chance.choice(
        (
            lambda: gzip.compress(content, mtime=0),
            lambda: zstandard.compress(content),
            lambda: _zip({"a": content}),
            lambda: _tar({"a": content}),
        )
    )
    return packed()


_WAYS = (_cut, _behead, _flip, _flip, _repeat, _leave_out, _zero, _graft, _recode, _pack)


if __name__ == "__main__":
    sys.exit(main())
