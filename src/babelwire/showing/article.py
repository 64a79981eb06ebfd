"""One article in full, its names in colour."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text

from babelwire.frames import records
from babelwire.showing.printing import one_line, print_json, rows

if TYPE_CHECKING:
    import pandas as pd

    from babelwire.lake import Lake

_COLOURS = {
    "PERSON": "cyan",
    "ORG": "magenta",
    "GPE": "green",
    "LOC": "green",
    "FAC": "green",
    "NORP": "yellow",
    "EVENT": "blue",
    "PRODUCT": "red",
    "WORK_OF_ART": "red",
    "LAW": "red",
}


def show_article(lake: Lake, start_of_id: str, *, as_json: bool) -> None:
    """One article: its newest revision in full."""
    revisions, names, matches = lake.consistently(lambda: _about(lake, start_of_id))
    row = records(revisions.tail(1))[0]
    if as_json:
        print_json({**row, "entities": records(names), "matches": records(matches)})
        return
    facts = {
        "id": f"{row['article_id']} (revision {row['revision']} of {len(revisions)})",
        "published": f"{row['published_at']:%Y-%m-%d %H:%M} UTC, from {row['published_from']}",
        "source": row["source"] or "unknown",
        "uri": row["uri"] or "none in the document",
        "byline": ", ".join(row["byline"]) or "none",
        "language": " ".join(f"{s['language']} {s['share']:.0%}" for s in row["languages"]),
        "translation": f"{row['translation_status']} ({row['translation_engine'] or 'no engine'})",
        "story": f"{row['story_id']}, {row['relation']}" + (f" of {row['related_to']}" if row["related_to"] else ""),
    }
    print(one_line(row["headline_en"] or row["headline"] or "(no headline)"))
    for name, fact in facts.items():
        print(f"  {name:12} {one_line(fact)}")
    print()
    _print_marked(row["text_en"] or row["text"], records(names) if row["text_en"] else [])
    if len(names):
        named = rows(names, ["name", "type", "mentions"])
        listed = ", ".join(f"{name} ({kind.lower()}, {count})" for name, kind, count in named)
        print(f"\nNames: {one_line(listed)}")
    for one, other, relation, score in rows(matches, ["article_id", "matched_to", "relation", "score"]):
        print(f"{relation} ({score:.2f}): {other if one == row['article_id'] else one}")
    if row["removed"]:
        print("\nCut while cleaning: " + one_line(" | ".join(row["removed"])))


def _about(lake: Lake, start_of_id: str) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """The revisions of an article, its names and its matches."""
    revisions = lake.article(start_of_id)
    article = revisions["article_id"].iloc[0]
    return revisions, lake.entities(article), lake.matches(article)


def _print_marked(text: str, entities: Iterable[Mapping[str, Any]]) -> None:
    """A text with its entities in the colour of their type; without a terminal the text alone."""
    if not sys.stdout.isatty():
        print(text)
        return
    shown = Text("".join(c if c.isprintable() or c == "\n" else " " for c in text))
    found = [entity for entity in entities if entity["type"] in _COLOURS]
    for entity in found:
        for span in entity["spans"]:
            shown.stylize(f"bold {_COLOURS[entity['type']]}", span["start"], span["end"])
    console = Console(highlight=False)
    console.print(shown, soft_wrap=True)
    types = dict.fromkeys(entity["type"] for entity in found)
    console.print(Text.assemble("\n", *((f"{type_.lower()} ", f"bold {_COLOURS[type_]}") for type_ in types)))
