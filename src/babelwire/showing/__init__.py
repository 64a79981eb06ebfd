"""What commands print: tables for people, one JSON object a line for programs. Results go to standard output."""

from babelwire.showing.article import show_article
from babelwire.showing.lists import (
    show_articles,
    show_entities,
    show_findings,
    show_models,
    show_rejects,
    show_runs,
    show_stories,
    show_summary,
)
from babelwire.showing.printing import print_json
from babelwire.showing.stories import show_explanation, show_story

__all__ = [
    "print_json",
    "show_article",
    "show_articles",
    "show_entities",
    "show_explanation",
    "show_findings",
    "show_models",
    "show_rejects",
    "show_runs",
    "show_stories",
    "show_story",
    "show_summary",
]
