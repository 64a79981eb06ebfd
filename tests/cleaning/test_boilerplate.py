"""Notices, captions and repetitions."""

import pytest

from babelwire.cleaning.boilerplate import cut_repeats, is_caption, is_credited, is_notice
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
        "RIPRODUZIONE RISERVATA © Copyright ANSA",
        "Our Standards: The Thomson Reuters Trust Principles., opens new tab",
        "Potrebbe interessarti anche:",
        "Potrebbero interessarti",
        "Articoli correlati",
        "Le notizie più lette",
        "You may also like",
        "Most read",
        "Show more",
        "Clicca qui",
        "Copia link",
        "Facebook Twitter WhatsApp",
        "Lascia un commento",
        "Commenti (12)",
        "Join the conversation",
        "Sign up here for the evening newsletter of The Ferry Post",
        "Get the news of the river delivered to your inbox",
        "Ricevi ogni mattina le notizie del fiume nella tua casella",
        "Seguici sui nostri canali",
        "Resta aggiornato",
        "Entra nel canale WhatsApp della Gazzetta del Fiume",
        "Scarica l'app",
        "Download our free app",
        "Questo articolo è riservato agli abbonati.",
        "Sei già abbonato? Accedi",
        "Already a subscriber? Log in",
        "Per continuare a leggere abbonati ora",
        "To continue reading, please subscribe",
        "Contenuto sponsorizzato",
        "Messaggio promozionale",
        "Advertisement - Scroll to continue",
        "Accetta e continua",
        "Informativa sui cookie",
        "Guarda il video",
        "Guarda il video: il traghetto torna in acqua",
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
        "Segue il traghetto una barca di pescatori.",
        "I cookie sono piccoli file che i siti lasciano nel computer di chi li visita.",
        "Cookies were handed out on the quay.",
        "«Leggi anche tu il cartello», gli ha detto il traghettatore.",
        "Leggi anche tu il cartello, gli ha detto il traghettatore.",
        "Sign up for a crossing with the same email as your ticket",
        "Get your ticket at the office on the left bank",
        "Click here, says the sign, and nothing happens.",
        "Scarica l'app che ha perso il traghetto, dice il sindaco.",
        "Per continuare a leggere la lettera accese una candela.",
        "To continue reading the letter he lit a candle.",
        "Commenti e sospetti girano per il paese.",
        "Comment is free, the ferryman said.",
        "Entra nel porto una nave bianca.",
        "Video e fotografie sono stati sequestrati.",
        "Ricevi quel che dai, dice il proverbio del fiume.",
        "Privacy is what the walkers miss most.",
        "This story is for children who like boats.",
        "Twitter was full of pictures of the ferry.",
        "Our standards: that was what the captain talked about.",
        "Rest easy, said the painter.",
        "Most read the sign and turned back.",
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
    assert is_credited(line)


@pytest.mark.parametrize("line", ["(foto d'archivio)", "(Image credit: Ugo Lanza)", "Video: Ugo Lanza/Onda"])
def test_credits_alone_are_captions(line: str) -> None:
    assert is_credited(line)


def test_an_agency_at_the_end_may_sign_a_sentence_as_well_as_a_caption() -> None:
    line = "Il traghetto è in secca da questa mattina (ANSA)."
    assert is_caption(line)
    assert not is_credited(line)


@pytest.mark.parametrize(
    "sentence",
    [
        "The photo showed the ferry.",
        "He liked the photo by Rita and hung it in the kitchen.",
        "Foto di gruppo",
        "The river is watched by the EPA of the county.",
        "Nella foto: il traghetto e la gente del paese.",
        "Il sindaco ha mostrato le immagini (foto).",
        "Video: a market that grows without end",
    ],
)
def test_a_sentence_about_a_picture_is_no_caption(sentence: str) -> None:
    assert not is_caption(sentence)


def test_a_repeated_paragraph_is_kept_once() -> None:
    long = "The ferry was taken out of the water on Monday for its yearly painting."
    draft = Draft(["No.", "No.", long, "Yes.", long, "No."])
    cut_repeats(draft)
    assert draft.paragraphs == ["No.", long, "Yes.", "No."]
    assert draft.removed == ["No.", long]
