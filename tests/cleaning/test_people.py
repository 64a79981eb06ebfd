"""Bylines and the names in them."""

import pytest

from babelwire.cleaning import people


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Jane Doe", ["Jane Doe"]),
        ("By Jane Doe and John Roe, Political Editor", ["Jane Doe", "John Roe"]),
        ("BY JANE DOE AND IAN MCKAY", ["Jane Doe", "Ian McKay"]),
        ("By Jane Doe in London", ["Jane Doe"]),
        ("di Anna Neri e Ugo De Rossi", ["Anna Neri", "Ugo De Rossi"]),
        ("Di Anna Neri, Ugo Bianchi e Ada D'Amico", ["Anna Neri", "Ugo Bianchi", "Ada D'Amico"]),
        ("a cura di Anna Neri", ["Anna Neri"]),
        ("dal nostro inviato Ugo Neri", ["Ugo Neri"]),
        ("Par Maëlle Tissot", ["Maëlle Tissot"]),
        ("Von Jan van der Berg", ["Jan van der Berg"]),
        ("di Redazione", []),
        ("a cura della redazione", []),
        ("By staff reporter", []),
        ("By Jane Doe and Staff", ["Jane Doe"]),
        ("By JANE DOE, Associated Press", ["Jane Doe"]),
        ("By JANE DOE Associated Press writer", ["Jane Doe"]),
        ("By Jane Doe and John Roe, Reuters", ["Jane Doe", "John Roe"]),
        ("dal nostro inviato a Bruxelles Ugo Neri", ["Ugo Neri"]),
        ("dalla nostra corrispondente Anna Neri", ["Anna Neri"]),
        ("dall'inviata Anna Neri", ["Anna Neri"]),
        ("(di Anna Neri)", ["Anna Neri"]),
        ("Anna Neri, inviata a Bruxelles", ["Anna Neri"]),
        ("Jane Doe, staff writer", ["Jane Doe"]),
        ("di Anna Neri @annaneri", ["Anna Neri"]),
        ("Jane Doe @janedoe", ["Jane Doe"]),
        ("By Jane Doe (jane.doe@onda.example)", ["Jane Doe"]),
        ("Redazione", []),
        ("Redazione ANSA", []),
        ("di Redazione Economia", []),
        ("By Reuters Staff", []),
        ("By The Associated Press", []),
        ("Por Agencia Onda", []),
        ("Fonte: ANSA", []),
        ("Reuters", []),
    ],
)
def test_a_byline_names_people(line: str, names: list[str]) -> None:
    assert people.byline(line) == names


@pytest.mark.parametrize(
    "line",
    [
        "By the river",
        "By Jane Doe.",
        "di notte",
        "Di Maio attacca il governo",
        "By Monday the snow had melted and the road was open again",
        "Jane Doe",
        "la nave affondata, inviata a Genova",
        "Anna Neri, la ballerina",
        "(di notte)",
        "La redazione del giornale ha scioperato",
        "Reuters and the ferry",
        "By " + "Jane Doe and " * 20 + "John Roe",
    ],
)
def test_a_sentence_or_title_is_no_byline(line: str) -> None:
    assert people.byline(line) is None


def test_newsrooms_addresses_and_agencies_are_no_people() -> None:
    assert people.names("Anna Neri, Redazione Online, Agenzia Levante and ufficio@levante.example") == ["Anna Neri"]


@pytest.mark.parametrize(
    "name", ["Redazione", "redazione web", "Redazione ANSA", "Reuters Staff", "AFP", "LaPresse/AP"]
)
def test_desks_are_told_from_people(name: str) -> None:
    assert people.is_desk(name)


@pytest.mark.parametrize("name", ["Anna Neri", "Nova Pilbeam", "Anna Agi", "Dire Straits"])
def test_people_are_no_desks(name: str) -> None:
    assert not people.is_desk(name)
