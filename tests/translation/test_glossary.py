import pytest

from babelwire.errors import UsageError
from babelwire.translation import glossary as module
from babelwire.translation.glossary import Glossary, load_glossary, translate_with
from translation.parrot import Parrot

TERMS = Glossary(
    {
        "Mosca": "Moscow",
        "Cremlino": "the Kremlin",
        "Corte d'appello": "the Court of Appeal",
        "Corte": "the Court",
        "ministero della Difesa": "Ministry of Defence",
        "ordine del giorno": "agenda",
    }
)


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("Mosca tace", "ZQX0Q tace"),
        ("una mosca e la Moscatelli", "una mosca e la Moscatelli"),
        ("Il Cremlino e le mura del Cremlino", "ZQX0Q e le mura di ZQX1Q"),
        ("Nel Cremlino, dal Cremlino al Cremlino", "In ZQX0Q, da ZQX1Q a ZQX2Q"),
        ("davanti alla Corte d’appello", "davanti a ZQX0Q"),
        ("il ministero della Difesa russo", "il russo ZQX0Q"),
        ("il Ministero  della Difesa, russo", "il ZQX0Q, russo"),
        ("L'ordine del giorno", "L'ZQX0Q"),
    ],
)
def test_terms_become_placeholders_by_the_rules_of_the_file(text, hidden):
    assert TERMS.hide(text).text == hidden


@pytest.mark.parametrize("name", ["Costa d'Avorio", "Costa d’Avorio"])
def test_a_country_is_found_with_either_apostrophe(name):
    assert load_glossary("it", "en").hide(f"Vive in {name}.").terms[0][0] == "Ivory Coast"


def test_the_longer_term_wins():
    assert TERMS.hide("La Corte d'appello e la Corte").terms == (("the Court of Appeal", False), ("the Court", False))


def test_terms_come_back_in_the_order_of_the_translation():
    hidden = TERMS.hide("Il Cremlino a Mosca")
    assert hidden.restore("ZQX1Q sees ZQX0Q") == "Moscow sees the Kremlin"


def test_a_term_that_opens_a_sentence_gets_a_capital():
    assert TERMS.hide("Il Cremlino tace").restore("ZQX0Q is silent") == "The Kremlin is silent"


def test_a_place_is_not_something_to_be_at():
    assert TERMS.hide("A Mosca").restore("They live at ZQX0Q") == "They live in Moscow"
    assert TERMS.hide("al Cremlino").restore("They live at ZQX0Q") == "They live at the Kremlin"


@pytest.mark.parametrize(
    ("term", "said"), [("earthquake", "an earthquake"), ("tremor", "a tremor"), ("union", "a union")]
)
def test_the_indefinite_article_fits_the_term(term, said):
    hidden = Glossary({"scossa": term}).hide("una scossa")
    assert hidden.restore("a ZQX0Q") == hidden.restore("an ZQX0Q") == said


@pytest.mark.parametrize("translated", ["nothing", "ZQX0Q and ZQX0Q", "ZQX0Q, ZQX7Q", "zqx0q"])
def test_a_lost_doubled_or_strange_placeholder_is_noticed(translated):
    assert TERMS.hide("A Mosca").restore(translated) is None


def test_a_text_that_looks_like_a_placeholder_is_left_alone():
    hidden = TERMS.hide("Mosca e ZQX0Q")
    assert hidden.text == "Mosca e ZQX0Q"
    assert hidden.restore("Mosca and ZQX0Q") == "Mosca and ZQX0Q"


def test_a_segment_whose_placeholder_was_lost_is_translated_without_the_glossary():
    engine = Parrot(lambda text: "lost" if text == "Solo ZQX0Q" else text.replace("Solo", "Only"))
    results = translate_with(engine, TERMS, ["Solo Mosca", "Solo a Mosca"], "it", "en")
    assert [str(r) for r in results] == ["Only Mosca", "Only a Moscow"]
    assert engine.heard[1] == ["Solo Mosca"]


def test_an_engine_that_does_not_keep_placeholders_sees_none():
    engine = Parrot(str)
    engine.keeps_placeholders = False
    translate_with(engine, TERMS, ["Mosca tace"], "it", "en")
    assert engine.heard == [["Mosca tace"]]


def test_a_failed_segment_stays_failed_and_in_its_place():
    engine = Parrot(lambda text: None if "male" in text else text)
    assert [r and r.text for r in translate_with(engine, TERMS, ["a Mosca", "Mosca male"], "it", "en")] == [
        "a Moscow",
        None,
    ]


def test_the_packaged_glossary_knows_offices_countries_and_cities():
    terms = load_glossary("it", "en")
    assert terms is not None
    hidden = terms.hide("Il Segretario di Stato va a Genova, a Kiev e negli Stati Uniti")
    assert [target for target, _ in hidden.terms] == ["Secretary of State", "Genoa", "Kyiv", "the United States"]
    assert load_glossary("it", "xx") is None


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("Corea del Nord", "North Korea"),
        ("Turchia", "Turkey"),
        ("Paesi Bassi", "the Netherlands"),
        ("Namibia", "Namibia"),
        ("Mosca", "Moscow"),
    ],
)
def test_countries_have_their_english_names(source, target):
    hidden = load_glossary("it", "en").hide(f"Si parla di {source} e d'altro")
    assert hidden.terms[0][0] == target


def test_a_meeting_is_not_the_island_of_reunion():
    assert load_glossary("it", "en").hide("Riunione in prefettura").text == "Riunione in prefettura"


def test_names_are_hidden_beside_terms_and_come_back_as_they_were():
    hidden = TERMS.hide("Anna Stella vola a Mosca con Bianchi", names=True)
    assert hidden.text == "ZQX0Q vola a ZQX1Q con ZQX2Q"
    assert hidden.restore("ZQX2Q and ZQX0Q fly to ZQX1Q") == "Bianchi and Anna Stella fly to Moscow"


def test_a_city_that_ends_a_name_is_a_surname():
    assert TERMS.hide("Lo dice Gaetano Mosca", names=True).terms == (("Gaetano Mosca", False),)


def test_names_are_looked_for_in_italian_only():
    engine = Parrot(str)
    translate_with(engine, TERMS, ["Visto por Anna Stella"], "es", "en")
    translate_with(engine, TERMS, ["Visto da Anna Stella"], "it", "en", names=False)
    translate_with(engine, TERMS, ["Visto da Anna Stella"], "it", "en")
    assert engine.heard == [["Visto por Anna Stella"], ["Visto da Anna Stella"], ["Visto da ZQX0Q"]]


def test_a_folder_of_ones_own_replaces_the_packaged_glossary(tmp_path):
    (tmp_path / "it-en.tsv").write_text("Borgo Verde\tGreen Village\n")
    terms = load_glossary("it", "en", folder=tmp_path)
    assert [target for target, _ in terms.hide("A Borgo Verde e a Genova").terms] == ["Green Village"]


def test_the_packaged_glossary_has_at_least_400_entries_and_none_twice():
    lines = (module.configs_folder() / "glossaries" / "it-en.tsv").read_text(encoding="utf-8").splitlines()
    sources = [line.split("\t")[0] for line in lines if line.strip() and not line.startswith("#")]
    assert len(sources) >= 400
    assert len(sources) == len(set(sources))


def test_a_line_without_a_tab_is_named(tmp_path, monkeypatch):
    (tmp_path / "glossaries").mkdir()
    (tmp_path / "glossaries" / "it-yy.tsv").write_text("# terms\nMosca Moscow\n")
    monkeypatch.setattr(module, "configs_folder", lambda: tmp_path)
    with pytest.raises(UsageError, match="Line 2"):
        load_glossary("it", "yy")


@pytest.mark.parametrize(
    "term", ["conto", "conto alla rovescia", "conto alla", "contea", "c", "cont'e", "conti\u00a0correnti"]
)
def test_of_terms_that_begin_alike_the_longest_that_stands_there_is_hidden(term):
    terms = ["conto", "conto alla rovescia", "conto alla", "contea", "c", "cont'e", "conti correnti", "zeta"]
    hidden = Glossary({term: term.upper() for term in terms}).hide(f"un {term} dopo")
    assert (hidden.text, [english for english, _ in hidden.terms]) == (
        "un ZQX0Q dopo",
        [term.upper().replace("\u00a0", " ")],
    )
