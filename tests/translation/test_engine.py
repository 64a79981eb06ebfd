import pytest

from babelwire import settings
from babelwire.errors import UsageError
from babelwire.translation import EngineError, choose


@pytest.fixture
def nothing_installed(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("APERTIUM_DATADIR", str(tmp_path))


@pytest.mark.usefixtures("nothing_installed")
def test_auto_never_takes_an_engine_that_sends_text_away():
    assert choose(settings.Translation(engine="auto")) is None


@pytest.mark.usefixtures("nothing_installed")
def test_an_engine_that_is_named_but_not_installed_says_how_to_install_it():
    with pytest.raises(EngineError, match="apt-get install apertium apertium-cat-ita apertium-eng-cat"):
        choose(settings.Translation(engine="apertium"))
    with pytest.raises(UsageError, match="apt-get install apertium apertium-spa-ita apertium-eng-spa"):
        choose(settings.Translation(engine="apertium", pivots=("spa",)))


def test_none_is_no_engine():
    assert choose(settings.Translation(engine="none")) is None


def test_an_unknown_name_is_answered_with_the_known_ones():
    with pytest.raises(UsageError, match=r"'babelfish'.*auto, apertium, google or none"):
        choose(settings.Translation(engine="babelfish"))


def test_google_is_taken_when_it_is_named():
    engine = choose(settings.Translation(engine="google"))
    assert engine is not None
    assert (engine.name, engine.sends_text_away) == ("google", True)


@pytest.mark.usefixtures("apertium")
def test_auto_takes_apertium_where_it_is_installed():
    engine = choose(settings.Translation(engine="auto"))
    assert engine is not None
    assert (engine.name, engine.sends_text_away) == ("apertium", False)
