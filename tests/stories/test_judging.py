"""What is decided of two articles: weekdays, meaning, and articles without a common language."""

import pytest

from babelwire.frames import records, values, with_columns
from babelwire.settings import Stories
from babelwire.stories import Corpus, Fingerprint, score
from babelwire.stories.judging import LEAST_COSINE, OTHER_DAYS, needs_vectors
from stories.events import FERRY, FERRY_ELSEWHERE, ORCHARD, SETTINGS, article, fingerprinted

GERMAN = """Alle 214 Passagiere der Fähre Stella Bruna sind gerettet worden, nachdem das Schiff vor Tarvella auf Grund
gelaufen war. Boote der Küstenwache von Lomasca brachten sie an Land. Kapitän Renzo Baldacci sagte, eine Pumpe sei
ausgefallen. Die Reederei Navalia will die Reise bezahlen."""

HEADLINE = "Ferry Stella Bruna runs aground off Tarvella, all 214 passengers are safe"
HEADLINE_DE = "Fähre Stella Bruna läuft vor Tarvella auf Grund, alle 214 Passagiere sind in Sicherheit"


def german(article_id="de", text=GERMAN, **columns):
    columns = {"headline": HEADLINE_DE, "language": "de", **columns}
    return article(article_id, text, text_en=None, headline_en=None, **columns)


def english(article_id="en", text=FERRY, **columns):
    return article(article_id, text, **{"headline": HEADLINE, "headline_en": HEADLINE, **columns})


def verdict(*articles, settings=SETTINGS):
    return score(*records(fingerprinted(*articles)), settings)


def parts_of(*articles):
    return {part.name: part for part in verdict(*articles).parts}


def on(day, article_id):
    text = FERRY.replace(" on Tuesday", "") if article_id == "a" else FERRY_ELSEWHERE
    return article(article_id, f"{text} It was on {day}.")


def test_other_days_of_the_week_count_against_a_pair():
    same, apart = verdict(on("Friday", "a"), on("Friday", "b")), verdict(on("Friday", "a"), on("Sunday", "b"))
    assert {p.name: p.value for p in same.parts}["days"] == 1
    assert {p.name: p.value for p in apart.parts}["days"] == 0
    assert apart.score < (OTHER_DAYS + 0.02) * same.score


def test_a_text_that_names_no_day_says_nothing_about_it():
    assert "days" not in parts_of(article("a", FERRY), article("b", FERRY_ELSEWHERE))


def test_one_common_day_is_enough():
    assert parts_of(on("Friday", "a"), on("Friday, not Sunday,", "b"))["days"].value == 1


def test_the_meaning_counts_a_little_where_there_is_a_common_language():
    one, other = records(fingerprinted(english("a"), english("b", FERRY_ELSEWHERE)))
    with_meaning, without = score(one, other, SETTINGS), score({**one, "vector": None}, other, SETTINGS)
    parts = {part.name: part.value for part in with_meaning.parts}
    assert with_meaning.score == pytest.approx(0.9 * without.score + 0.1 * parts["vectors"])
    assert "vectors" not in {part.name for part in without.parts}


def test_articles_without_a_common_language_are_compared_by_their_meaning():
    found = verdict(english(), german())
    assert found.relation == "overlap"
    parts = {part.name: part for part in found.parts}
    assert parts["vectors"].value > parts["vectors"].least == LEAST_COSINE
    assert found.score == pytest.approx((parts["terms"].value + parts["vectors"].value) / 2)
    assert "mean" in found.reason


def test_meaning_alone_is_no_event():
    other = german(
        text="Ein Schiff ist aufgelaufen.", headline="Eine Fähre mit vielen Reisenden ist auf Grund gelaufen"
    )
    found = verdict(english(), other)
    assert found.relation is None
    assert found.reason.endswith(".")


def test_another_matter_in_another_language_is_no_pair():
    assert verdict(english("en", ORCHARD, headline="Best apple harvest for twenty years"), german()).relation is None


def test_two_articles_in_one_untranslated_language_are_compared_by_their_words():
    parts = parts_of(german("a"), german("b", GERMAN + " Das Wetter war gut."))
    assert "terms" not in parts
    assert parts["words"].value > 0.9


def test_a_verdict_is_the_same_whichever_article_comes_first():
    assert verdict(english(), german()) == verdict(german(), english())


def test_vectors_are_needed_where_the_terms_are_in_another_language_than_english():
    frame = fingerprinted(
        german("a"),
        english("b"),
        article("c", GERMAN, text_en=FERRY, language="de"),
        german("d", language="xx"),
    )
    assert needs_vectors(Corpus.of(frame)).tolist() == [True, False, False, False]
    assert not needs_vectors(Corpus.of(with_columns(frame, vector=[None] * 4))).any()


def test_without_an_encoder_words_and_names_decide_alone():
    frame = Fingerprint(Stories(encoder="none"))(fingerprinted(english("a"), english("b", FERRY_ELSEWHERE)))
    assert values(frame, "vector") == [None, None]
    assert score(*records(frame), SETTINGS).relation == "overlap"
