"""Notices, captions and repetitions."""

import pytest

from babelwire.cleaning.boilerplate import cut_repeats, is_caption, is_notice
from babelwire.cleaning.draft import Draft


@pytest.mark.parametrize(
    "line",
    [
        "READ MORE",
        "Read more:",
        "READ MORE: The ferry is painted",
        "LEGGI ANCHE",
        "LEGGI ANCHE Il traghetto torna in acqua",
        "Leggi anche: Il traghetto torna in acqua",
        "Leggi tutto",
        "Continua a leggere",
        "Share this",
        "Condividi su Facebook",
        "Iscriviti alla newsletter",
        "Subscribe to our daily newsletter",
        "Advertisement",
        "PUBBLICITÀ",
        "We use cookies to make this site work better for you.",
        "Questo sito utilizza cookie tecnici e di terze parti.",
        "RIPRODUZIONE RISERVATA",
        "© RIPRODUZIONE RISERVATA",
        "© 2025 The Ferry Post Ltd",
        "(segue)",
        "Follow us on Telegram",
        "Tutti i diritti riservati",
    ],
)
def test_notices_are_known(line: str) -> None:
    assert is_notice(line)


@pytest.mark.parametrize(
    "sentence",
    [
        "Read more about the ferry in her book, which came out in May.",
        "Leggi anche tra le righe e capirai.",
        "Condividi il dolore delle famiglie, ha detto il parroco.",
        "Share prices fell on Monday after the ferry company reported a loss.",
        "Pubblicità ingannevole, multa da un milione a due società",
        "Copyright law is debated in parliament",
        "Advertisement for a wife: the letter that made a village laugh",
        "Subscribe, he told the crowd, to nothing that you have not read.",
        "Follow the money on the trail of the vanished ferry",
        "La pubblicità del traghetto era dappertutto.",
        "He read more than anyone in the village.",
        "Stampa e televisioni hanno ignorato la notizia.",
    ],
)
def test_a_sentence_with_the_same_words_is_no_notice(sentence: str) -> None:
    assert not is_notice(sentence)


@pytest.mark.parametrize(
    "line",
    [
        "The ferry on its slipway. Photograph: PA",
        "The ferry on its slipway Photograph: Rita Ferrante/Onda",
        "Foto: Rita Ferrante/Agenzia Onda",
        "File photo: People wait for the ferry on the far bank",
        "The ferry on its slipway (Photo by Rita Ferrante/Onda)",
        "The ferry on its slipway. Getty Images",
        "Il traghetto in secca (foto Ferrante)",
    ],
)
def test_captions_say_who_took_the_picture(line: str) -> None:
    assert is_caption(line)


@pytest.mark.parametrize(
    "sentence",
    ["The photo showed the ferry.", "He liked the photo by Rita and hung it in the kitchen.", "Foto di gruppo"],
)
def test_a_sentence_about_a_picture_is_no_caption(sentence: str) -> None:
    assert not is_caption(sentence)


def test_a_repeated_paragraph_is_kept_once() -> None:
    long = "The ferry was taken out of the water on Monday for its yearly painting."
    draft = Draft(["No.", "No.", long, "Yes.", long, "No."])
    cut_repeats(draft)
    assert draft.paragraphs == ["No.", long, "Yes.", "No."]
    assert draft.removed == ["No.", long]
