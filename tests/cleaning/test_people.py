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
        "By " + "Jane Doe and " * 20 + "John Roe",
    ],
)
def test_a_sentence_or_title_is_no_byline(line: str) -> None:
    assert people.byline(line) is None


def test_newsrooms_addresses_and_agencies_are_no_people() -> None:
    assert people.names("Anna Neri, Redazione Online, Agenzia Levante and ufficio@levante.example") == ["Anna Neri"]
