"""The page: templates filled in, everything in them escaped."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from babelwire import __version__

_TEMPLATES = Path(__file__).parent / "templates"
TYPES = {
    "PERSON": ("person", "people"),
    "ORG": ("org", "organisations"),
    "GPE": ("place", "countries, regions and towns"),
    "LOC": ("location", "mountains, waters and other locations"),
    "FAC": ("building", "buildings, roads and bridges"),
    "NORP": ("group", "nationalities, religious and political groups"),
    "EVENT": ("event", "named events"),
    "PRODUCT": ("product", "products and vehicles"),
    "WORK_OF_ART": ("work", "titles of works"),
    "LAW": ("law", "laws and treaties"),
}
_STATUSES = {
    "not_needed": "The article is in English.",
    "translated": "Every sentence passed its checks.",
    "partial": "Some sentences stay as they are, because no engine translated them well.",
    "pending": "No engine was there or it failed; the next run tries again.",
    "unsupported": "No engine is set up for the language.",
}
_CHECKS = {
    "empty": "nothing came back",
    "error_page": "an error page of a service in place of a translation",
    "untranslated": "the sentence came back as it was",
    "wrong_language": "the answer is in another language than English",
    "length_ratio": "the answer is much longer or shorter than the sentence",
    "cut_short": "the answer breaks off",
    "repetition": "the answer repeats itself",
    "numbers": "a number is missing or another one",
    "names": "a name is missing",
    "unknown_words": "the engine does not know most of the words",
}


def render(**contents: Any) -> str:
    """The page as HTML. `contents` are what the templates name; a missing one is an error."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "number": _number,
        "time": _time,
        "duration": _duration,
        "percent": _percent,
        "language": _language,
    }
    environment.globals |= {"types": TYPES, "statuses": _STATUSES, "checks": _CHECKS}
    style = (_TEMPLATES / "report.css").read_text("utf-8")
    made = {"made_at": datetime.now(UTC), "version": __version__, "style": Markup(style)}  # noqa: S704 - our own file
    return environment.get_template("report.html").render(**made, **contents)


def _number(value: float) -> str:
    return f"{value:,}"


def _percent(share: float) -> str:
    return "< 1%" if 0 < share < 0.01 else f"{share:.0%}"


def _time(when: datetime) -> str:
    return f"{when:%-d %B %Y, %H:%M}"


def _language(tag: str) -> str:
    """The name of a language with its tag; the tag alone where it has no name."""
    if tag == "und":
        return "too short to tell (und)"
    try:
        name = Locale.parse(tag, sep="-").get_display_name("en")
    except (ValueError, UnknownLocaleError):
        return tag
    return f"{name} ({tag})" if name else tag


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"
