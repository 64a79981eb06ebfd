"""The newsroom's own people and organisations: found however they are spelt, and damaged lines are named."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from babelwire.article import ENTITY_TYPES
from babelwire.entities.registry import Known, load_registry
from babelwire.errors import UsageError

LINES = """# name, type, id, other spellings
Marta Óldani\tPERSON\t\tOldani|M. Oldani|Marta Oldany
Harbour Board\tORG\tharbour:1\tHB|Ente del Porto|L'Ente Porto

Lowport\tGPE
Lowport\tORG\t\tLowport FC
Sea Agency\tORG\t\tSEA|ONM|Onm
"""


def registry_file(folder: Path, lines: str) -> Path:
    file = folder / "entities.tsv"
    file.write_text(lines, encoding="utf-8")
    return file


@pytest.mark.parametrize(
    "spelt",
    [
        "Marta Óldani",
        "Marta Oldani",
        "MARTA OLDANI",
        "Marta\u00a0Oldani",
        "Oldani",
        "M Oldani",
        "the Oldani",
    ],
)
def test_case_accents_and_full_stops_make_no_difference(tmp_path: Path, spelt: str) -> None:
    registry = load_registry(registry_file(tmp_path, LINES))
    assert registry.known(spelt) == Known("person:marta-oldani", "Marta Óldani", "PERSON")


@pytest.mark.parametrize("spelt", ["The Harbour Board", "l'Ente del Porto", "L’Ente Porto", "Ente Porto", "H.B.", "HB"])
def test_articles_and_either_apostrophe_make_no_difference(tmp_path: Path, spelt: str) -> None:
    known = load_registry(registry_file(tmp_path, LINES.replace("L'Ente Porto", "L'Ente Porto|Ente Porto"))).known(
        spelt
    )
    assert known == Known("harbour:1", "Harbour Board", "ORG")


@pytest.mark.parametrize("spelt", ["oldani", "sea", "Sea", "The Sea", "Hb", "Marta", "", "...", "Olden", "A" * 10_000])
def test_what_is_not_in_the_file_is_not_known(tmp_path: Path, spelt: str) -> None:
    assert load_registry(registry_file(tmp_path, LINES)).known(spelt) is None


@pytest.mark.parametrize("spelt", ["SEA", "The SEA", "S.E.A.", "ONM", "Onm"])
def test_an_acronym_is_found_in_the_letters_that_the_file_gives(tmp_path: Path, spelt: str) -> None:
    known = load_registry(registry_file(tmp_path, LINES)).known(spelt)
    assert known is not None
    assert known.name == "Sea Agency"


def test_one_spelling_of_two_types_is_known_only_by_its_type(tmp_path: Path) -> None:
    registry = load_registry(registry_file(tmp_path, LINES))
    assert registry.known("Lowport") is None
    assert registry.known("Lowport", type_="GPE") == Known("gpe:lowport", "Lowport", "GPE")
    assert registry.known("Lowport", type_="ORG") == Known("org:lowport", "Lowport", "ORG")
    assert registry.known("Lowport", type_="PERSON") is None
    assert registry.known("Oldani", type_="ORG") is None


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ("# c\nMarta Oldani\n", "Line 2 .* has 1 columns"),
        ("A\tORG\t\tB\tC\n", "Line 1 .* has 5 columns"),
        ("Marta Oldani\tHUMAN\n", "Line 1 .* has the type `HUMAN`"),
        ("Marta Oldani\tPERSON\tid 7\n", "Line 1 .* an id with white space"),
        ("\tPERSON\n", "Line 1 .* no name"),
        ("marta oldani\tPERSON\n", "Line 1 .* no name with a capital"),
        ("Marta Oldani\tPERSON\t\tOldani|rossi\n", "Line 1 .* `rossi`"),
        ("M" * 300 + "\tPERSON\n", "Line 1 .* no name"),
        ("Marta Oldani\tPERSON\t\tOldani\nPiero Oldani\tPERSON\t\tÓLDANI\n", "Line 2 .* `ÓLDANI`.* Marta Oldani"),
        ("Marta Oldani\tPERSON\nMARTA OLDANI\tPERSON\n", "Lines 1 and 2 .* the id person:marta-oldani"),
        ("Sea Board\tORG\tx:1\nLake Board\tORG\tx:1\n", "Lines 1 and 2 .* the id x:1"),
    ],
)
def test_a_damaged_line_is_named(tmp_path: Path, lines: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        load_registry(registry_file(tmp_path, lines))


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"missing\.tsv: No such file"):
        load_registry(tmp_path / "missing.tsv")
    (tmp_path / "latin.tsv").write_bytes("Zoë\tPERSON\n".encode("latin-1"))
    with pytest.raises(UsageError, match="not UTF-8"):
        load_registry(tmp_path / "latin.tsv")


def test_a_file_saved_on_another_system_is_read(tmp_path: Path) -> None:
    file = tmp_path / "entities.tsv"
    file.write_bytes("\ufeffMarta Oldani\tPERSON\t\tOldani\r\n".encode())
    assert load_registry(file).known("Oldani") == Known("person:marta-oldani", "Marta Oldani", "PERSON")


@pytest.mark.parametrize(
    "damage", ["A" * 1_000_000, "the " * 250_000, "\t" * 1_000_000, "|" * 1_000_000, "l'" * 500_000]
)
def test_hostile_lines_and_names_are_dealt_with_at_once(tmp_path: Path, damage: str) -> None:
    started = time.process_time()
    with pytest.raises(UsageError, match="Line 1 "):
        load_registry(registry_file(tmp_path, f"{damage}\tORG\t\tMarta|{damage}"))
    assert load_registry(None).known(damage + "X") is None
    assert time.process_time() - started < 20


@pytest.mark.parametrize(
    ("spellings", "type_"),
    [
        (("Sergio Mattarella", "Mattarella"), "PERSON"),
        (("Volodymyr Zelensky", "Zelenskiy", "Zelenskyy", "Zelenskij"), "PERSON"),
        (("European Central Bank", "ECB", "BCE", "Bce", "Banca centrale europea"), "ORG"),
        (("United Nations", "UN", "U.N.", "Onu", "le Nazioni Unite"), "ORG"),
        (("European Commission", "Commissione europea", "la Commissione Europea"), "ORG"),
        (("World Health Organization", "WHO", "Oms"), "ORG"),
        (("Guardia di Finanza", "Fiamme Gialle", "la Guardia di finanza"), "ORG"),
    ],
)
def test_the_packaged_file_knows_italian_and_english_spellings(spellings: tuple[str, ...], type_: str) -> None:
    found = {load_registry(None).known(spelt, type_=type_) for spelt in spellings}
    assert [known.name for known in found if known] == [spellings[0]]


@pytest.mark.parametrize(
    "ambiguous", ["Rossi", "Bush", "May", "Conte", "Clinton", "Who", "Un", "It", "Santos", "Milan"]
)
def test_the_packaged_file_claims_no_ambiguous_name(ambiguous: str) -> None:
    assert load_registry(None).known(ambiguous) is None


def test_the_packaged_file_is_large_and_sound() -> None:
    registry = load_registry(None)
    assert len(registry) >= 350
    known = registry.known("Quirinale")
    assert known is not None
    assert known.type in ENTITY_TYPES
