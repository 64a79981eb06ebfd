"""What decides the type of a name, and by which evidence."""

from __future__ import annotations

import pytest

from babelwire.entities.evidence import Verdict, type_of
from babelwire.entities.names import narrowed
from babelwire.entities.recognition import Mention
from babelwire.entities.registry import Known, Registry


def verdict(marked: str, *guesses: str, registry: Registry | None = None) -> Verdict:
    """The verdict on the name between brackets, where the recogniser guessed so of each of its mentions."""
    mentions, text = [], ""
    for i, part in enumerate(marked.replace("]", "[").split("[")):
        if i % 2:
            mentions.append(Mention(len(text), len(text) + len(part), part, guesses[i // 2]))
        text += part
    return type_of(narrowed(text, mentions), registry=Registry() if registry is None else registry)


@pytest.mark.parametrize(
    ("marked", "guess", "expected"),
    [
        ("Troops held [Ukraine] yesterday.", "ORG", ("GPE", "country")),
        ("President [Halvorsen] spoke.", "ORG", ("PERSON", "title")),
        ("[Giovanni Trabucchelli] lives.", "ORG", ("PERSON", "given_name")),
        ("The [Zorbian Workers Party] won.", "PERSON", ("ORG", "organisation")),
        ("He works for [Quilbert Holdings].", "PERSON", ("ORG", "organisation")),
        ("A report by [ZKWV] says so.", "PERSON", ("ORG", "organisation")),
        ("Fires burn in [Kharkiv] again.", "PRODUCT", ("GPE", "place")),
        ("They rowed over [Lake Zorba].", "PRODUCT", ("LOC", "place")),
        ("The [Ukrainian] answer.", "ORG", ("NORP", "country")),
        ("They met at [Brilfort].", "ORG", ("ORG", "model")),
    ],
)
def test_evidence_corrects_the_guess_and_is_named(marked: str, guess: str, expected: tuple[str, str]) -> None:
    assert verdict(marked, guess) == expected


@pytest.mark.parametrize(
    "marked",
    ["[Trabucchelli], the foreign minister, left.", "[Trabucchelli], who is 40, left.", "[Trabucchelli], 43, left."],
)
def test_a_role_or_an_age_after_a_name_makes_it_a_person(marked: str) -> None:
    assert verdict(marked, "ORG").type == "PERSON"


def test_a_role_that_belongs_to_the_next_name_says_nothing_of_this_one() -> None:
    assert verdict("In [Zorbania], prosecutor Anna Neri spoke.", "GPE").type == "GPE"


def test_an_unknown_name_after_a_preposition_of_places_is_one() -> None:
    assert verdict("It rained in [Zorbania].", "PERSON").type == "GPE"


def test_most_mentions_in_an_article_decide() -> None:
    marked = "A saw [Brilfort]. B saw [Brilfort]. C saw [Brilfort]."
    assert verdict(marked, "ORG", "PERSON", "ORG") == ("ORG", "article")


def test_a_company_named_after_a_person_stays_one_where_the_text_says_so_throughout() -> None:
    marked = "A bought [Marco Brilfort]. B sold [Marco Brilfort]."
    assert verdict(marked, "ORG", "ORG").type == "ORG"


def test_the_newsroom_has_the_first_word() -> None:
    registry = Registry()
    registry.add(Known("org:jordan", "Jordan", "ORG"), ())
    assert verdict("They bought [Jordan].", "GPE", registry=registry) == ("ORG", "newsroom")
