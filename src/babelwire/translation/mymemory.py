"""MyMemory through deep-translator: free, a few thousand words a day, and it sends the text away."""

from __future__ import annotations

from typing import Any

import deep_translator.mymemory
from deep_translator import MyMemoryTranslator
from deep_translator.constants import MY_MEMORY_LANGUAGES_TO_CODES

from babelwire import settings
from babelwire.translation.asking import Busy, Unfit, manners
from babelwire.translation.services import Service, adopt

# It is asked for locales. Where a language has several, the one that is not its own name twice (it-IT).
_LOCALES = {"en": "en-GB", "ar": "ar-SA", "zh-Hans": "zh-CN", "zh-Hant": "zh-TW", "zh": "zh-CN", "sr": "sr-Latn-RS"}
# What it writes into the translation itself.
_REFUSALS = ("QUERY LENGTH LIMIT EXCEEDED", "NO QUERY SPECIFIED", "INVALID LANGUAGE PAIR", "IS AN INVALID")

adopt(deep_translator.mymemory)


class MyMemory(Service):
    """The engine. It needs no key."""

    name = "mymemory"
    label = "MyMemory"
    _address = "https://api.mymemory.translated.net/get"
    # mymemory.translated.net/doc/spec.php: 500 bytes; deep-translator refuses 500 characters.
    _most = 499

    def _translator(self, source: str, target: str) -> Any:
        translator = MyMemoryTranslator(source=_locale(source), target=_locale(target))
        translator._base_url = self._address
        return translator

    def _judge(self, text: str, translated: str) -> None:
        said = translated.upper()
        if "MYMEMORY WARNING" in said and "MYMEMORY WARNING" not in text.upper():
            raise Busy
        if any(refusal in said and refusal not in text.upper() for refusal in _REFUSALS):
            raise Unfit
        super()._judge(text, translated)


def _locale(tag: str) -> str:
    known: list[str] = list(MY_MEMORY_LANGUAGES_TO_CODES.values())
    if tag in known:
        return tag
    own = f"{tag}-{tag.upper()}"
    fitting = [own] if own in known else [locale for locale in known if locale.startswith(f"{tag}-")]
    return _LOCALES.get(tag) or next(iter(fitting), tag)


def from_settings(chosen: settings.Translation) -> MyMemory:
    """The engine as the settings want it."""
    return MyMemory(**manners(chosen))
