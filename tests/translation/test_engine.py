import sys

import pytest

from babelwire import settings
from babelwire.errors import UsageError
from babelwire.translation import EngineError, choose
from babelwire.translation.engine import engines


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
        choose(settings.Translation(engine="apertium", pivots=("cat",)))
    with pytest.raises(UsageError, match="apt-get install apertium apertium-spa-ita apertium-eng-spa"):
        choose(settings.Translation(engine="apertium", pivots=("spa",)))


def test_none_is_no_engine():
    assert choose(settings.Translation(engine="none")) is None
    assert engines(settings.Translation(engine="none")) == ()


@pytest.mark.parametrize("names", ["babelfish", "apertium,babelfish", "babelfish , google", "auto,google", ""])
def test_an_unknown_name_is_answered_with_the_known_ones(names):
    with pytest.raises(UsageError, match=r"no translation engine.*auto, none, or one or more of firefox, apertium"):
        engines(settings.Translation(engine=names))


def test_engines_come_in_the_order_they_are_named_each_once():
    found = engines(settings.Translation(engine="google, mymemory,google"))
    assert [(engine.name, engine.sends_text_away) for engine in found] == [("google", True), ("mymemory", True)]


def test_an_engine_whose_library_is_missing_says_which(monkeypatch):
    monkeypatch.setitem(sys.modules, "deep_translator", None)
    for module in [name for name in sys.modules if name.startswith("babelwire.translation.") or "deep_tr" in name]:
        if module.rpartition(".")[2] in {"google", "services"} or "deep_tr" in module:
            monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(EngineError, match=r"The translation engine google needs .* not installed"):
        engines(settings.Translation(engine="google"))


@pytest.mark.usefixtures("apertium")
def test_auto_takes_apertium_where_it_is_installed():
    engine = choose(settings.Translation(engine="auto"))
    assert engine is not None
    assert (engine.name, engine.sends_text_away) == ("apertium", False)
