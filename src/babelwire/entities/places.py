"""What babelwire knows of countries without a gazetteer: CLDR's English names, and the usual other ones."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from babel import Locale
from slugify import slugify

NOT_WORD = re.compile(r"[^a-z0-9]+")
# CLDR lists these among the territories.
NOT_COUNTRIES = {"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"}
OTHER_NAMES = {
    "United States": ("US", "U.S.", "USA", "U.S.A.", "United States of America"),
    "United Kingdom": ("UK", "U.K.", "Britain", "Great Britain"),
    "United Arab Emirates": ("UAE",),
    "Bosnia and Herzegovina": ("Bosnia", "Bosnia-Herzegovina"),
    "Czechia": ("Czech Republic",),
    "Ivory Coast": ("Côte d'Ivoire",),
    "Democratic Republic of the Congo": ("Congo - Kinshasa", "DR Congo"),
    "Republic of the Congo": ("Congo - Brazzaville",),
    "Hong Kong": ("Hong Kong SAR China",),
    "Macau": ("Macao", "Macao SAR China"),
    "Myanmar": ("Burma", "Myanmar (Burma)"),
    "North Macedonia": ("Macedonia",),
    "Turkey": ("Türkiye",),
    "Vatican City": ("Vatican",),
    "East Timor": ("Timor-Leste",),
}


@lru_cache(maxsize=50_000)
def slug(name: str) -> str:
    """The name in lower-case ASCII words joined by hyphens, other letters transliterated; empty where none is left."""
    name = name.casefold().replace("’", "'")
    return NOT_WORD.sub("-", name if name.isascii() else slugify(name, entities=False)).strip("-")


@cache
def _countries() -> dict[str, str]:
    territories = Locale("en").territories
    names = {slug(name): name for code, name in territories.items() if len(code) == 2 and code not in NOT_COUNTRIES}
    for usual, others in OTHER_NAMES.items():
        names.update({slug(name): usual for name in (usual, *others)})
    return names


def country(name: str) -> str | None:
    """The usual English name of the country called `name`, None where there is none."""
    return _countries().get(slug(name))
