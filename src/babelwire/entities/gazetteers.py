"""Countries, regions, cities, seas and given names: what babelwire knows of names without any text around them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import NamedTuple

from babel import Locale

from babelwire.entities.cities import City, cities
from babelwire.entities.spelling import slug, spelling, without_article
from babelwire.settings import configs_folder

LONGEST_NAME = 120
# CLDR lists these among the territories: groups of countries, test codes, a continent, rocks and military bases.
NOT_COUNTRIES = {"AQ", "EU", "EZ", "UN", "XA", "XB", "ZZ", "QO", "AC", "CP", "CQ", "DG", "EA", "IC", "TA"}
# Riunione is a meeting.
NOT_ITALIAN_COUNTRIES = {"RE"}


@dataclass(frozen=True)
class Place:
    """A place of the gazetteers.

    `type` is GPE, or LOC for seas, mountains and parts of the world. `country` is an ISO 3166 code, empty where it is
    none or several. `population` is 0 where it is not known. `sure` says that news hardly uses the name for anything
    else; a place that is not sure needs other evidence.
    """

    entity_id: str
    name: str
    type: str
    country: str = ""
    population: int = 0
    sure: bool = True


def country(name: str) -> Place | None:
    """The country or territory called `name` in English or Italian; its id is `iso3166:` and the ISO 3166 code."""
    return _find(name, "country")


def region(name: str) -> Place | None:
    """The part of a country called `name`; its id is `iso3166:` and the ISO 3166-2 code, where it has one."""
    return _find(name, "region")


def feature(name: str) -> Place | None:
    """The sea, river, mountain or part of the world called `name`; its type is LOC."""
    return _find(name, "feature")


@lru_cache(maxsize=50_000)
def city(name: str) -> Place | None:
    """The city called `name`, of several the most populous; its id is `geonames:` and the number there.

    It is sure where the name is no ordinary word, given name or common family name, and its place in English texts is
    no larger than its population explains.
    """
    for key, spelt in _keys(name):
        usual = _lists().cities.get(key)
        found = _usual_city(*usual) if usual else cities().find(key)
        if found and not (len(key) < 4 and spelt.isupper()):
            known = Place(f"geonames:{found.number}", found.name, "GPE", found.country, found.population)
            return replace(
                known, sure=key not in _lists().unsure and bool(usual or (found.sure and key not in _given_names()))
            )
    return None


def place(name: str) -> Place | None:
    """What is called `name`: a country, else a region, a sure city, a feature, else any city."""
    found = country(name) or region(name)
    if found:
        return found
    a_city = city(name)
    return a_city if a_city and a_city.sure else feature(name) or a_city


def is_given_name(word: str, *, weak: bool = False) -> bool:
    """Whether `word` is a given name in Latin letters.

    Args:
        weak: also where it is an English word, a place or a common family name as well.
    """
    if not 1 < len(word) <= LONGEST_NAME or not word[0].isupper():
        return False
    strength = _given_names().get(spelling(word))
    return bool(strength) or (weak and strength is not None)


class _Lists(NamedTuple):
    places: dict[str, dict[str, Place]]
    in_capitals: frozenset[str]
    cities: dict[str, tuple[str, str, tuple[str, ...]]]
    unsure: frozenset[str]


def _find(name: str, kind: str) -> Place | None:
    lists = _lists()
    for key, spelt in _keys(name):
        found = lists.places[kind].get(key)
        if found and (key not in lists.in_capitals or spelt == spelt.upper()):
            return found
    return None


def _keys(name: str) -> list[tuple[str, str]]:
    """The keys to look for, each with what it is the key of; none for what is no name."""
    if len(name) > LONGEST_NAME or name == name.lower():
        return []
    short = without_article(name)
    whole = (spelling(name), name)
    return [whole] if short == name or short == short.lower() else [whole, (spelling(short), short)]


@cache
def _lists() -> _Lists:
    places: dict[str, dict[str, Place]] = {"country": {}, "region": {}, "feature": {}}
    usual: dict[str, tuple[str, str, tuple[str, ...]]] = {}
    lines = _read_places()
    unsure = frozenset(spelling(w) for kind, _, name, others in lines if kind == "unsure" for w in (name, *others))
    names = {code: name for kind, code, name, _ in lines if kind == "country"}
    in_capitals: set[str] = set()
    for code, spelt, name in _territories(names):
        places["country"][spelling(spelt)] = Place(f"iso3166:{code}", name, "GPE", code)
    for kind, code, name, others in lines:
        spellings = (name, *others)
        if kind == "city":
            keys = tuple(spelling(s) for s in spellings)
            usual.update(dict.fromkeys(keys, (code, name, keys)))
        elif kind == "country":
            in_capitals.update(spelling(s) for s in spellings if s == s.upper())
            places["country"].update({spelling(s): Place(f"iso3166:{code}", name, "GPE", code) for s in spellings})
        elif kind in {"region", "oblast"}:
            if kind == "oblast":
                spellings = (*_spelt_as_oblast(name), *others)
                name = f"{name} Oblast"  # noqa: PLW2901
            known = Place(f"iso3166:{code}", name, "GPE", code[:2])
            places["region"].update({spelling(s): known for s in spellings})
        elif kind in {"area", "feature"}:
            type_ = "GPE" if kind == "area" else "LOC"
            known = Place(f"{type_.lower()}:{slug(name)}", name, type_, code)
            places["region" if kind == "area" else "feature"].update({spelling(s): known for s in spellings})
    for found in places.values():
        found.update({key: replace(known, sure=False) for key, known in found.items() if key in unsure})
    return _Lists(places, frozenset(in_capitals), usual, unsure)


def _territories(names: dict[str, str]) -> list[tuple[str, str, str]]:
    """Code, spelling and English name of CLDR's countries; where two are spelt alike, the English one counts."""
    english = {
        code: name
        for code, name in Locale("en").territories.items()
        if len(code) == 2 and code.isalpha() and code not in NOT_COUNTRIES
    }
    italian = Locale("it").territories
    spelt = [(code, italian[code]) for code in english if code in italian and code not in NOT_ITALIAN_COUNTRIES]
    return [(code, name, names.get(code, english[code])) for code, name in [*spelt, *english.items()]]


def _spelt_as_oblast(name: str) -> tuple[str, ...]:
    return (f"{name} Oblast", f"{name} region", f"{name} Region", f"Oblast of {name}", f"region of {name}",
            f"oblast di {name}", f"regione di {name}")  # fmt: skip


def _read_places() -> list[tuple[str, str, str, tuple[str, ...]]]:
    """Kind, code, English name and other spellings of each line of places.tsv."""
    lines = (configs_folder() / "gazetteers" / "places.tsv").read_text(encoding="utf-8").splitlines()
    cells = [[*line.split("\t"), ""][:4] for line in lines if line and not line.startswith("#")]
    return [(kind, code, name, tuple(filter(None, others.split("|")))) for kind, code, name, others in cells]


@cache
def _usual_city(code: str, name: str, keys: tuple[str, ...]) -> City | None:
    found = [known for key in keys if (known := cities().find(key, country=code))]
    return max(found, key=lambda c: c.population)._replace(name=name) if found else None


@cache
def _given_names() -> dict[str, bool]:
    """Each given name's key, and whether it says something alone."""
    text = (configs_folder() / "gazetteers" / "given_names.txt").read_text(encoding="utf-8")
    words = [word for line in text.splitlines() if not line.startswith("#") for word in line.split()]
    names: dict[str, bool] = {}
    for word in words:
        key = spelling(word.rstrip("?"))
        names[key] = names.get(key, True) and not word.endswith("?")
    return names
