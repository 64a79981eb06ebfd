"""Places by their English and Italian names, and given names."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from babelwire.entities.cities import cities
from babelwire.entities.gazetteers import city, country, feature, is_given_name, place, region
from babelwire.entities.spelling import slug, spelling, without_article
from babelwire.settings import configs_folder

ASKED = "from babelwire.entities.gazetteers import city; print(city('Mosca').entity_id)"


@pytest.mark.parametrize(
    ("spelt", "id_", "name"),
    [
        ("Ukraine", "iso3166:UA", "Ukraine"),
        ("Ucraina", "iso3166:UA", "Ukraine"),
        ("l'Ucraina", "iso3166:UA", "Ukraine"),
        ("US", "iso3166:US", "United States"),
        ("U.S.", "iso3166:US", "United States"),
        ("the U.S.", "iso3166:US", "United States"),
        ("the United States", "iso3166:US", "United States"),
        ("gli Stati Uniti", "iso3166:US", "United States"),
        ("Gran Bretagna", "iso3166:GB", "United Kingdom"),
        ("Türkiye", "iso3166:TR", "Turkey"),
        ("TURCHIA", "iso3166:TR", "Turkey"),
        ("Costa d’Avorio", "iso3166:CI", "Ivory Coast"),
        ("Côte d'Ivoire", "iso3166:CI", "Ivory Coast"),
        ("Repubblica ceca", "iso3166:CZ", "Czechia"),
        ("Germania", "iso3166:DE", "Germany"),
    ],
)
def test_a_country_has_one_id_under_all_its_names(spelt: str, id_: str, name: str) -> None:
    found = country(spelt)
    assert found is not None
    assert (found.entity_id, found.name, found.type) == (id_, name, "GPE")


@pytest.mark.parametrize(
    "word", ["us", "Us", "Uk", "italy", "Italian", "Italiani", "European Union", "Europe", "Lowport", ""]
)
def test_a_word_or_a_demonym_is_no_country(word: str) -> None:
    assert country(word) is None


@pytest.mark.parametrize(
    ("spellings", "id_", "name"),
    [
        (("Kyiv", "Kiev"), "geonames:703448", "Kyiv"),
        (("Moscow", "Mosca", "Moskva"), "geonames:524901", "Moscow"),
        (("Milan", "Milano", "MILANO"), "geonames:3173435", "Milan"),
        (("London", "Londra"), "geonames:2643743", "London"),
        (("Munich", "Monaco di Baviera", "München"), "geonames:2867714", "Munich"),
        (("The Hague", "the Hague", "L’Aja", "Den Haag"), "geonames:2747373", "The Hague"),
        (("Paris", "Parigi"), "geonames:2988507", "Paris"),
    ],
)
def test_a_city_has_one_id_in_every_language(spellings: tuple[str, ...], id_: str, name: str) -> None:
    assert {(found.entity_id, found.name) for s in spellings if (found := city(s))} == {(id_, name)}
    assert all(city(s) for s in spellings)


def test_of_cities_with_one_name_the_most_populous_is_meant() -> None:
    found = city("Birmingham")
    assert found is not None
    assert (found.country, found.population > 500_000) == ("GB", True)


@pytest.mark.parametrize("name", ["Genoa", "Trieste", "Kharkiv", "Kharkov", "Wuhan", "Oxford", "Ragusa di Dalmazia"])
def test_a_name_that_only_a_city_has_is_sure(name: str) -> None:
    found = city(name)
    assert found is not None
    assert found.sure


@pytest.mark.parametrize(
    "name", ["Of", "Reading", "Nice", "Mobile", "Lincoln", "Jackson", "Martin", "Police", "Anderson"]
)
def test_a_city_called_like_a_word_or_a_person_is_not_sure(name: str) -> None:
    found = city(name)
    assert found is not None
    assert not found.sure


@pytest.mark.parametrize("name", ["milan", "Stalin", "Springfields", "UN", "AP", "X", "", "Marta Oldani", "Italy"])
def test_what_no_city_is_called_is_none(name: str) -> None:
    assert city(name) is None


@pytest.mark.parametrize(
    ("spelt", "id_", "name"),
    [
        ("Lombardia", "iso3166:IT-25", "Lombardy"),
        ("Tuscany", "iso3166:IT-52", "Tuscany"),
        ("Valle d’Aosta", "iso3166:IT-23", "Aosta Valley"),
        ("Kursk region", "iso3166:RU-KRS", "Kursk Oblast"),
        ("regione di Kursk", "iso3166:RU-KRS", "Kursk Oblast"),
        ("Texas", "iso3166:US-TX", "Texas"),
        ("la Baviera", "iso3166:DE-BY", "Bavaria"),
        ("Cisgiordania", "gpe:west-bank", "West Bank"),
    ],
)
def test_a_region_has_its_iso_code(spelt: str, id_: str, name: str) -> None:
    found = region(spelt)
    assert found is not None
    assert (found.entity_id, found.name, found.type) == (id_, name, "GPE")


def test_a_city_is_not_the_oblast_named_after_it() -> None:
    assert region("Kursk") is None
    assert city("Kursk Oblast") is None


@pytest.mark.parametrize(
    ("spelt", "name"), [("Mar Nero", "Black Sea"), ("the Middle East", "Middle East"), ("Alpi", "Alps")]
)
def test_seas_mountains_and_parts_of_the_world_are_no_states(spelt: str, name: str) -> None:
    found = feature(spelt)
    assert found is not None
    assert (found.name, found.type, found.country) == (name, "LOC", "")


@pytest.mark.parametrize(
    ("name", "id_"),
    [("Luxembourg", "iso3166:LU"), ("Sicily", "iso3166:IT-82"), ("Kazan", "geonames:551487"), ("Tevere", "loc:tiber")],
)
def test_a_place_is_a_country_before_it_is_a_city(name: str, id_: str) -> None:
    found = place(name)
    assert found is not None
    assert found.entity_id == id_


@pytest.mark.parametrize(
    "word", ["Andriy", "Volodymyr", "Giuseppe", "GIUSEPPE", "Mohammed", "François", "Francois", "Tayyip"]
)
def test_given_names_of_many_languages_are_known(word: str) -> None:
    assert is_given_name(word)


@pytest.mark.parametrize("word", ["Mark", "Grace", "Said", "Florence", "April", "Asia", "Marina"])
def test_a_given_name_that_is_a_word_too_says_little_alone(word: str) -> None:
    assert not is_given_name(word)
    assert is_given_name(word, weak=True)


@pytest.mark.parametrize("word", ["Ministry", "Kursk", "Oldani", "andriy", "The", "", "A", "Telegram", "A" * 10_000])
def test_other_words_are_no_given_names(word: str) -> None:
    assert not is_given_name(word, weak=True)


@pytest.mark.parametrize(
    "name", ["A" * 1_000_000, "the " * 250_000, "L'" * 500_000, "É." * 500_000, "\ud800X", "日本" * 500_000]
)
def test_a_hostile_name_is_no_place(name: str) -> None:
    assert (place(name), is_given_name(name)) == (None, False)


def test_the_key_of_a_name_is_letters_and_digits_only() -> None:
    assert spelling("Óscar  d’Àvila-Paz, S.p.A.") == "oscar davila paz spa"
    assert spelling("Москва") == "moskva"
    assert spelling("…") == ""
    assert slug("Côte d’Ivoire") == "cote-d-ivoire"
    assert without_article("gli Stati Uniti") == "Stati Uniti"
    assert without_article("Lo") == "Lo"


def test_every_city_of_the_packaged_list_is_one_that_geonames_knows() -> None:
    lines = (configs_folder() / "gazetteers" / "places.tsv").read_text(encoding="utf-8").splitlines()
    listed = [line.split("\t")[1:3] for line in lines if line.startswith("city\t")]
    found = [city(name) for _, name in listed]
    assert [(known.country, known.name) for known in found if known] == [(code, name) for code, name in listed]
    assert len({known.entity_id for known in found if known}) == len(listed) > 200


def asked(cache: Path) -> str:
    """What a fresh process with this cache folder calls the city."""
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache)}
    done = subprocess.run(
        [sys.executable, "-c", ASKED], env=environment, capture_output=True, text=True, timeout=120, check=True
    )
    return done.stdout.strip()


def test_an_index_that_is_there_is_used_and_a_damaged_one_built_again(tmp_path: Path) -> None:
    assert asked(tmp_path) == "geonames:524901"
    (index,) = (tmp_path / "babelwire").iterdir()
    assert index.name.startswith("cities-")
    built = index.stat().st_ino
    assert asked(tmp_path) == "geonames:524901"
    assert index.stat().st_ino == built
    index.write_bytes(b"not an index" * 1000)
    assert asked(tmp_path) == "geonames:524901"
    assert [f.name for f in (tmp_path / "babelwire").iterdir()] == [index.name]


def test_where_nothing_can_be_written_the_index_is_in_memory(tmp_path: Path) -> None:
    (tmp_path / "babelwire").write_text("in the way")
    assert asked(tmp_path) == "geonames:524901"


def test_a_city_is_sought_in_the_country_asked_for() -> None:
    ours, theirs = cities().find("paris"), cities().find("paris", country="US")
    assert ours is not None
    assert theirs is not None
    assert (ours.country, theirs.country) == ("FR", "US")
    assert cities().find("paris", country="JP") is None
