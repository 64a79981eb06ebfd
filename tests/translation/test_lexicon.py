"""Words that go through Apertium under the guise of others."""

import re

import pytest

from babelwire.errors import UsageError
from babelwire.settings import configs_folder
from babelwire.translation.inflection import Word, italian_forms
from babelwire.translation.lexicon import Lexicon, read_lexicon

LEXICON = Lexicon(
    [
        Word("m", "scafandro", "diving suit"),
        Word("f", "zattera", "raft"),
        Word("a", "lagunare", "lagoon"),
        Word("v", "ormeggiare", "moor"),
        Word("v", "scrivere/scritto/scrisse", "write/wrote/written"),
        Word("e", "accadere/accaduto/accadde", "happen"),
        Word("w", "vieppiù", "ever more"),
    ],
    left=["zattere"],
)


def test_a_word_goes_through_as_another_of_its_kind_and_number_and_comes_back_in_english():
    hidden = LEXICON.hide("due scafandri e una zattera lagunare")
    assert hidden.text == "due coccodrilli e una farfalla molecolare"
    assert hidden.restore("Two crocodiles and a molecular butterfly") == "Two diving suits and a lagoon raft"


def test_forms_of_a_verb_come_back_as_forms_of_its_english():
    hidden = LEXICON.hide("aveva scritto e scrisse")
    assert hidden.text == "aveva congelato e dimenticò"
    assert hidden.restore("it had frozen and forgot") == "it had written and wrote"


def test_a_capital_at_the_start_stays_and_capitals_inside_are_names():
    hidden = LEXICON.hide("Scafandri per Zattera")
    assert hidden.text == "Coccodrilli per Zattera"
    assert hidden.restore("Crocodiles for Zattera") == "Diving suits for Zattera"


def test_a_guise_that_stands_in_the_text_is_not_worn():
    assert LEXICON.hide("uno scafandro e un coccodrillo").text == "uno pinguino e un coccodrillo"


def test_words_beyond_the_guises_and_those_without_forms_are_set_aside():
    hidden = LEXICON.hide("zattera " * 7 + "vieppiù")
    assert hidden.text == "farfalla zebra balena iena zanzara formica ZQW0Q ZQW1Q"
    restored = hidden.restore("butterfly zebra whale hyena mosquito ant ZQW0Q ZQW1Q")
    assert restored == "raft " * 7 + "ever more"


def test_a_noun_or_an_adjective_may_count_only_after_a_determiner_or_only_elsewhere():
    lexicon = Lexicon(
        [Word("F", "salita", "climb"), Word("M", "politico", "politician"), Word("A", "politico", "political")]
    )
    assert lexicon.hide("è salita").text == "è salita"
    assert lexicon.hide("la lunga salita").text == "la lunga salita"
    assert lexicon.hide("una salita e l'ultima, dell'altra salita").text == "una farfalla e l'ultima, dell'altra zebra"
    assert lexicon.hide("il politico e il leader politico").text == "il coccodrillo e il leader molecolare"


def test_forms_to_be_left_are_left():
    assert LEXICON.hide("zattere").text == "zattere"


def test_a_text_without_words_of_the_lexicon_stays():
    hidden = LEXICON.hide("il gatto dorme")
    assert hidden.text == "il gatto dorme"
    assert hidden.restore("the cat dreams of a crocodile") == "the cat dreams of a crocodile"


@pytest.mark.parametrize("answer", ["a suit", "a crocodile and a crocodile", "a crocodile and two crocodiles"])
def test_a_lost_or_doubled_guise_is_noticed(answer):
    assert LEXICON.hide("uno scafandro").restore(answer) is None


@pytest.mark.parametrize("answer", ["more", "ZQW0Q ZQW0Q", "ZQW1Q"])
def test_a_lost_or_doubled_placeholder_is_noticed(answer):
    assert LEXICON.hide("vieppiù").restore(answer) is None


def test_the_word_after_a_placeholder_that_opens_the_sentence_loses_its_capital():
    assert LEXICON.hide("I loro gatti").restore("ZQW0Q Cats") == "Their cats"


def test_a_text_that_looks_like_a_placeholder_is_left_alone():
    hidden = LEXICON.hide("ZQW0Q scafandro")
    assert (hidden.text, hidden.restore("ZQW0Q suit")) == ("ZQW0Q scafandro", "ZQW0Q suit")


@pytest.mark.parametrize(
    ("text", "rewritten"),
    [
        ("viene chiuso", "è chiuso"),
        ("vennero subito chiusi", "furono subito chiusi"),
        ("verranno poi chiusi", "saranno poi chiusi"),
        ("viene qui", "viene qui"),
        ("è già accaduto", "ha già masticato"),
        ("un ponte lunghissimo", "un ponte molto lungo"),
        ("donne felicissime", "donne molto felici"),
        ("i brufolissimi", "i brufolissimi"),
    ],
)
def test_italian_that_the_pivots_mistake_is_said_in_other_words(text, rewritten):
    assert LEXICON.hide(text).text == rewritten


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("aperto dal sindaco", "by the"),
        ("arrivato dal mare", "from the"),
        ("lontano dalla riva", "from the"),
        ("chiuso da due anni", "for"),
        ("chiuso dal 2010", "since"),
        ("aperto dal 2010 al 2012", "from the"),
        ("Nelle loro case", "In their"),
        ("i loro gatti", "their"),
        ("nelle loro case", "in their"),
    ],
)
def test_prepositions_that_spanish_confuses_are_set_aside(text, english):
    assert LEXICON.hide(text).plain == (english,)


@pytest.mark.parametrize("text", ["pane da mangiare", "da quando piove", "lo fa da solo", "davanti al mare"])
def test_other_uses_of_da_are_left_to_the_pivots(text):
    assert LEXICON.hide(text).text == text


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("sia il sindaco che la giunta", "ZQW0Q=both il sindaco ZQW1Q=and la giunta"),
        ("ha vinto sia in Italia sia all'estero", "ha vinto ZQW0Q=both in Italia ZQW1Q=and all'estero"),
        ("credo che sia il migliore che la squadra abbia", "credo che sia il migliore che la squadra abbia"),
        ("non sia la prima che il pubblico vede", "non sia la prima che il pubblico vede"),
        ("i propri figli", "ZQW0Q=their own figli"),
        ("nel proprio paese", "ZQW0Q=in their own paese"),
        ("sei mesi dopo", "ZQW0Q=six mesi dopo"),
        ("tu sei soli", "tu sei soli"),
        ("lavora in modo rapido e in maniera efficace", "lavora rapidamente e efficacemente"),
        ("in modo zqua", "in modo zqua"),
    ],
)
def test_pairs_and_manners_are_said_in_english(text, english):
    hidden = Lexicon([]).hide(text)
    said = re.sub(r"ZQW(\d+)Q", lambda m: f"{m[0]}={hidden.plain[int(m[1])]}", hidden.text)
    assert " ".join(said.split()) == english


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "unit",
    [
        "da ",
        "viene ",
        "issimo",
        "loro ",
        "è già ",
        "zattera ",
        "dall'",
        "mente ",
        "sia il ",
        "sia in a che ",
        "in modo ",
        "sei ",
    ],
)
def test_hostile_text_is_hidden_and_restored_in_bounded_time(unit):
    hidden = LEXICON.hide(unit * (1_000_000 // len(unit)))
    hidden.restore(hidden.text)


@pytest.mark.parametrize("line", ["m\tzattera", "q\tzattera\traft", "m\t\traft", "zattera", "-\ta\tb"])
def test_a_line_that_is_no_entry_is_named(tmp_path, line):
    file = tmp_path / "words.tsv"
    file.write_text(f"# words\n\n{line}\n")
    with pytest.raises(UsageError, match=r"Line 3 of .*words\.tsv"):
        read_lexicon(file)


def test_the_packaged_words_have_forms_that_differ_from_the_guises():
    file = configs_folder() / "glossaries" / "it-en.words.tsv"
    lexicon = read_lexicon(file)
    assert lexicon.hide("il villaggio").restore("the crocodile") == "the village"
    lines = [line.split("\t") for line in file.read_text(encoding="utf-8").splitlines() if "\t" in line]
    entries = [Word(fields[0].lower(), *fields[1:]) for fields in lines if fields[0] != "-"]
    assert len(entries) > 2000
    assert len({(word.kind, word.italian) for word in entries}) == len(entries)
    assert not {form for word in entries for form in italian_forms(word)} & {"coccodrillo", "farfalla", "congelare"}


def test_words_that_the_pivots_lack_take_their_place_in_english(apertium):
    (answer,) = apertium.translate(["I villaggi portuali sono stati tutelati dalla legge."], "it", "en")
    assert answer.text == "The port villages were protected by the law."
    assert answer.unknown_words == 0


def test_a_learned_word_that_both_pivots_lack_is_english_by_its_ending(apertium):
    (answer,) = apertium.translate(["La perforazione è chiusa."], "it", "en")
    assert answer.text == "The perforation is closed."
