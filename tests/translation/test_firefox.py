"""The engine of Firefox's models: with a translator of our own, and with fxtranslate itself where it is installed."""

import hashlib
import json
import struct
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import example, given
from hypothesis import settings as limits
from hypothesis import strategies as st

from babelwire import settings
from babelwire.errors import UsageError
from babelwire.translation import EngineError, Translated, firefox
from babelwire.translation.firefox import Firefox, load_native

FILES = {"model.iten.bin": b"weights", "lex.iten.bin": b"shortlist", "vocab.iten.spm": b"pieces"}


class PanicException(BaseException):
    pass


class Capitals:
    """A translator that shouts, keeps what it was given and fails as its text says."""

    def __init__(self):
        self.heard = []

    def translate(self, text):
        self.heard.append(text)
        failures = {"Valore.": ValueError, "Panico.": PanicException, "Fine.": KeyboardInterrupt}
        if text in failures:
            raise failures[text](text)
        return "" if text == "Muto." else f"  {text.upper()}\n"


def shelf(folder, pair="it-en", files=FILES):
    (folder / pair).mkdir(parents=True)
    for name, content in files.items():
        (folder / pair / name).write_bytes(content)
    listed = [{"name": n, "size": len(c), "sha256": hashlib.sha256(c).hexdigest()} for n, c in files.items()]
    (folder / pair / "manifest.json").write_text(json.dumps({"pair": pair, "files": listed}))
    return folder


@pytest.fixture
def loaded():
    return []


@pytest.fixture
def engine(tmp_path, loaded):
    def load(files):
        loaded.append(dict(files))
        return Capitals()

    return Firefox(folder=shelf(tmp_path / "models"), load=load)


@pytest.fixture(scope="module")
def listened(tmp_path_factory):
    native = Capitals()
    return Firefox(folder=shelf(tmp_path_factory.mktemp("models")), load=lambda files: native), native


def english(engine, *texts):
    return [result and result.text for result in engine.translate(texts, "it", "en")]


def test_segments_are_translated_in_order(engine):
    assert english(engine, "Uno.", "Due.", "Uno.") == ["UNO.", "DUE.", "UNO."]
    assert engine.translate([], "it", "en") == []


def test_it_says_that_it_keeps_the_text_here(engine):
    assert (engine.name, engine.sends_text_away) == ("firefox", False)


def test_white_space_and_what_has_no_letters_stay_as_they_are(engine):
    assert engine.translate(["", " \t", "12,5 %", "—", "\tCiao. "], "it", "en") == [
        Translated(text) for text in ["", " \t", "12,5 %", "—", "\tCIAO. "]
    ]


def test_a_segment_that_fails_is_none_and_the_others_go_on(engine):
    assert english(engine, "Uno.", "Valore.", "Panico.", "Muto.", "Due.") == ["UNO.", None, None, None, "DUE."]


def test_the_operator_can_still_interrupt(engine):
    with pytest.raises(KeyboardInterrupt):
        engine.translate(["Fine."], "it", "en")


def test_the_model_is_loaded_once_and_only_when_it_is_used(engine, loaded):
    assert loaded == []
    english(engine, "Uno.")
    english(engine, "Due.")
    assert loaded == [{"model": b"weights", "lex": b"shortlist", "vocab": b"pieces"}]


def test_threads_share_one_model(engine, loaded):
    start = threading.Barrier(8)

    def ask(i):
        start.wait(10)
        return english(engine, f"Frase {i}.")

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(8))) == [[f"FRASE {i}."] for i in range(8)]
    assert len(loaded) == 1


def test_a_closed_engine_starts_again(engine, loaded):
    english(engine, "Uno.")
    engine.close()
    assert english(engine, "Due.") == ["DUE."]
    assert len(loaded) == 2


def test_it_translates_the_pairs_that_are_installed(engine):
    assert engine.can("it", "en")
    assert not engine.can("en", "it")
    with pytest.raises(UsageError, match="babelwire models pull de-en"):
        engine.translate(["Hallo."], "de", "en")


@limits(max_examples=50)
@given(st.text(st.sampled_from("ab ,;.:\u00e8\n"), max_size=60), st.integers(1, 60))
@example("::::\n::::::::::::::::a", 19)
def test_a_long_segment_loses_no_word(listened, text, times):
    engine, native = listened
    (result,) = engine.translate([text * times], "it", "en")
    assert result.text.split() == (text * times).upper().split()
    assert all(len(part) <= 400 for part in native.heard)


def test_a_long_segment_is_cut_at_its_clauses(listened):
    engine, native = listened
    native.heard.clear()
    clause = "il consiglio ha approvato la proposta del sindaco dopo una lunga discussione"
    assert english(engine, ", ".join([clause] * 12)) == [", ".join([clause] * 12).upper()]
    assert len(native.heard) > 1
    assert all(part.startswith("il consiglio") for part in native.heard)


def test_a_megabyte_without_a_space_is_cut(engine):
    assert english(engine, "a" * 1_000_000) == ["A" * 1_000_000]


def test_the_version_changes_with_the_model_and_only_then(tmp_path):
    first = Firefox(folder=shelf(tmp_path / "one"), load=dict)
    again = Firefox(folder=shelf(tmp_path / "two"), load=dict)
    other = Firefox(folder=shelf(tmp_path / "three", files=FILES | {"lex.iten.bin": b"retrained"}), load=dict)
    assert first.version == again.version != other.version


def test_a_damaged_file_is_named_and_never_reaches_the_library(engine, loaded, tmp_path):
    (tmp_path / "models/it-en/model.iten.bin").write_bytes(b"Weights")
    with pytest.raises(EngineError, match=r"model\.iten\.bin is damaged.*babelwire models pull it-en"):
        engine.translate(["Uno."], "it", "en")
    assert loaded == []


def test_a_truncated_file_is_named_at_the_start(tmp_path):
    (shelf(tmp_path) / "it-en/model.iten.bin").write_bytes(b"we")
    with pytest.raises(EngineError, match=r"model\.iten\.bin is damaged"):
        Firefox(folder=tmp_path, load=dict)


def test_without_a_model_it_says_how_to_fetch_one(tmp_path):
    with pytest.raises(EngineError, match="babelwire models pull it-en"):
        Firefox(folder=tmp_path / "nothing", load=dict)


def test_without_the_library_it_says_how_to_install_it(tmp_path, monkeypatch):
    monkeypatch.setattr(firefox, "find_spec", lambda name: None)
    with pytest.raises(EngineError, match="pip install fxtranslate"):
        Firefox(folder=shelf(tmp_path))
    monkeypatch.setitem(sys.modules, "fxtranslate", None)
    with pytest.raises(EngineError, match="pip install fxtranslate"):
        load_native({})


def test_the_settings_name_the_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(firefox, "find_spec", lambda name: object())
    engine = Firefox.from_settings(settings.Translation(models=shelf(tmp_path)))
    assert engine.can("it", "en")


@pytest.mark.parametrize(
    "model", [b"", b"no model", bytes(5000), struct.pack("<QQ", 1, 3) + bytes(range(256)) * 20], ids=len
)
def test_fxtranslate_refuses_what_is_no_model(model):
    pytest.importorskip("fxtranslate")
    with pytest.raises(EngineError, match="does not take the model"):
        load_native({"model": model, "vocab": b"pieces", "lex": b"shortlist"})


def test_a_damaged_model_that_would_end_the_process_is_stopped_before(tmp_path):
    pytest.importorskip("fxtranslate")
    fatal = struct.pack("<QQ", 1, 2**40) + bytes(500)
    shelf(tmp_path, files=FILES | {"model.iten.bin": bytes(len(fatal))})
    (tmp_path / "it-en/model.iten.bin").write_bytes(fatal)
    program = (
        "import sys, pathlib\n"
        "from babelwire.translation.firefox import EngineError, Firefox\n"
        "try:\n"
        "    Firefox(folder=pathlib.Path(sys.argv[1])).translate(['Ciao.'], 'it', 'en')\n"
        "except EngineError as problem:\n"
        "    print(problem)\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "model.iten.bin is damaged" in done.stdout
