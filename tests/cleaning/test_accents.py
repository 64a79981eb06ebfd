"""Apostrophes that are accents, and apostrophes that are not."""

import pytest

from babelwire.cleaning.accents import is_italian, restore


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("gia' detto", "già detto"),
        ("la citta' e' bella", "la città è bella"),
        ("perche' e' cosi'", "perché è così"),
        ("E' tardi", "È tardi"),
        ("C'e' chi puo' e chi sara'", "C'è chi può e chi sarà"),
        ("dell'universita', all'estremita'.", "dell'università, all'estremità."),
        ("CITTA' APERTA", "CITTÀ APERTA"),
        ("ne' lui ne' lei, per se'", "né lui né lei, per sé"),
        ("anziche' finche' purche'", "anziché finché purché"),
        ("caffe' cioe'", "caffè cioè"),
        ("Forli', lunedi', virtu'", "Forlì, lunedì, virtù"),
        ("sbriciolera' tutto", "sbriciolerà tutto"),
        ("citta` e citta´", "città e città"),
        ("la 'ndrangheta e' qui", "la 'ndrangheta è qui"),
        ("dei '60 si e' detto", "dei '60 si è detto"),
        ("'la citta' e' bella'", "'la città è bella'"),
        ("ha detto 'e' finita'", "ha detto 'è finita'"),
        ("''e' la citta'''", "''è la città''"),
        ("èè in atto, la cittàà, perchéé", "è in atto, la città, perché"),
    ],
)
def test_accents_are_restored(written: str, meant: str) -> None:
    assert restore(written) == meant


@pytest.mark.parametrize(
    "right",
    [
        "l'uomo dell'Ucraina c'era un'ora fa",
        "un po' di pane, a mo' d'esempio",
        "'la citta' nuova",
        "lo ha chiamato 'casa' e poi 'strada'.",
        "‘la citta’ e altro",
        "''la citta''",
        "gli anni '60' e '70",
        "va' piano, di' tutto, fa' presto",
        "il pizzaiolo di casa' nostra",
        "l'ucraina",
        "idee, creee, cooperazione",
        "i players' awards",
    ],
)
def test_other_apostrophes_stay(right: str) -> None:
    assert restore(right) == right


def test_italian_is_told_by_its_short_words() -> None:
    assert is_italian("Il sindaco della citta' ha detto che non e' stato informato della decisione")
    assert not is_italian("The players' union said that the stadium of the city was not ready")
    assert not is_italian("El alcalde de la ciudad dijo que las obras del puerto no han terminado por la lluvia")
    assert not is_italian("")
