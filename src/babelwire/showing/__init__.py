"""What commands print: tables for people, one JSON object a line for programs. Results go to standard output."""

from babelwire.showing.article import show_article
from babelwire.showing.lists import (
    ARTICLE_COLUMNS,
    show_articles,
    show_entities,
    show_findings,
    show_models,
    show_rejects,
    show_runs,
    show_stories,
    show_summary,
)
from babelwire.showing.printing import Form, print_json
from babelwire.showing.stories import show_explanation, show_story

__all__ = [
    "ARTICLE_COLUMNS",
    "Form",
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
